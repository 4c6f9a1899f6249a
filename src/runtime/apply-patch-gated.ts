import { openToolSession } from './open-tool-session.ts'
import { type PatchResult, patchResult } from './patch-result.ts'
import type { RuntimeOptions } from './runtime-options.ts'

/**
 * Applies a patch as an agent's would be: the tool of a thread, under the profile, with its hooks, gate and record. Nobody is asked.
 *
 * @throws CodexError `home.missing`, `config.*`, `definition.*`, `audit.unwritable`; the abort reason
 */
export async function applyPatchGated(
  patch: string,
  options: RuntimeOptions,
  signal: AbortSignal,
): Promise<PatchResult> {
  const session = await openToolSession(options, { name: 'apply_patch' }, signal)
  try {
    return await patchResult(session.call('apply_patch', patch, signal))
  } finally {
    await session.close()
  }
}
