import { openToolSession } from './open-tool-session.ts'
import { type PatchResult, patchResult } from './patch-result.ts'
import type { RuntimeOptions } from './runtime-options.ts'

/**
 * Applies a patch as an agent's would be: the tool of a thread, under the profile, with its hooks, gate and record. Nobody is asked.
 * An abort stops it until the first file is written; from then on it goes to its end, and what it changed is given.
 *
 * @throws CodexError `home.missing`, `config.*`, `definition.*`, `audit.unwritable`; the abort reason
 */
export async function applyPatchGated(
  patch: string,
  options: RuntimeOptions,
  signal: AbortSignal,
): Promise<PatchResult> {
  signal.throwIfAborted()
  const stop = new AbortController()
  const passOn = () => stop.abort(signal.reason)
  const goOn = () => signal.removeEventListener('abort', passOn)
  signal.addEventListener('abort', passOn)
  try {
    const session = await openToolSession(options, { name: 'apply_patch', writing: goOn }, stop.signal)
    try {
      return await patchResult(session.call('apply_patch', patch, stop.signal))
    } finally {
      await session.close()
    }
  } finally {
    goOn()
  }
}
