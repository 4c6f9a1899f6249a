import { v7 as uuidv7 } from 'uuid'
import { CodexError } from '../plugin-api/errors.ts'
import { openFileStore } from '../thread/thread-store.ts'
import { findThread } from './find-thread.ts'
import type { Kernel } from './load-kernel.ts'
import { sourceOf } from './source-of.ts'

/**
 * Makes a thread that begins with the history of another one, and gives its id. The history is copied: what becomes of
 * the other file later changes nothing.
 *
 * @param id id or name of the other one, or `last` for the newest of this directory, or with `anywhere` of any
 * @throws CodexError `thread.not_found`, `rollout.unreadable`, `rollout.unwritable`
 */
export async function forkThread(id: string, given: { readonly anywhere?: boolean }, kernel: Kernel): Promise<string> {
  const { codexHome, options } = kernel
  const parent = await findThread(id, given, kernel)
  if (!parent) {
    throw new CodexError(
      'thread.not_found',
      id === 'last' ? `There is no thread of ${options.cwd} to fork` : `No thread has the name ${id}`,
      {
        hint: 'Name one by its id or name (codex threads list), or take the newest of any directory: --last --all.',
      },
    )
  }
  const threadId = uuidv7()
  await openFileStore(codexHome, options).fork(parent, {
    id: threadId,
    timestamp: options.now().toISOString(),
    cwd: options.cwd,
    ...sourceOf(options),
    model_provider: parent.record.meta.model_provider,
    forked_from_id: parent.record.meta.id,
  })
  return threadId
}
