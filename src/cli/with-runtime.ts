import type { KernelClient } from '../plugin-api/kernel-client.ts'
import { openRuntime } from '../runtime/open-runtime.ts'
import type { RuntimeOptions } from '../runtime/runtime-options.ts'
import { onLostOutput } from './lost-output.ts'
import { processSignal } from './process-deps.ts'

/**
 * A runtime for what one command line does; afterwards it is closed. The signal aborts when the person or the system asks to stop.
 *
 * @throws as `openRuntime`; what `use` throws
 */
export async function withRuntime(
  options: RuntimeOptions,
  use: (runtime: KernelClient, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { signal, stop, dispose } = processSignal()
  const release = onLostOutput(() => stop('the loss of its output'))
  try {
    const runtime = await openRuntime(options, signal)
    try {
      await use(runtime, signal)
    } finally {
      await runtime.close()
    }
  } finally {
    release()
    dispose()
  }
}
