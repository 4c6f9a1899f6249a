import { v7 as uuidv7 } from 'uuid'
import { CodexError } from '../plugin-api/errors.ts'
import { linesUpToTurn } from '../thread/lines-up-to-turn.ts'
import { readRollout } from '../thread/rollout.ts'
import { threadOfLines } from '../thread/thread-record.ts'
import { openFileStore, type StoredThread } from '../thread/thread-store.ts'
import { findThread } from './find-thread.ts'
import type { Kernel } from './load-kernel.ts'
import { sourceOf } from './source-of.ts'

/**
 * Makes a thread that begins with the history of another one, and gives its id. The history is copied: what becomes of
 * the other file later changes nothing.
 *
 * @param id id or name of the other one, or `last` for the newest of this directory, or with `anywhere` of any
 * @param given `at`: the copy ends with this turn
 * @throws CodexError `thread.not_found`, `thread.no_such_turn`, `rollout.unreadable`, `rollout.unwritable`
 */
export async function forkThread(
  id: string,
  given: { readonly anywhere?: boolean; readonly at?: string },
  kernel: Kernel,
): Promise<string> {
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
  const copied = given.at === undefined ? parent : await upToTurn(parent, given.at)
  await openFileStore(codexHome, options).fork(copied, {
    id: threadId,
    timestamp: options.now().toISOString(),
    cwd: options.cwd,
    ...sourceOf(options),
    model_provider: parent.record.meta.model_provider,
    forked_from_id: parent.record.meta.id,
  })
  return threadId
}

/** The thread as it was when the turn had ended. */
async function upToTurn(thread: StoredThread, turn: string): Promise<StoredThread> {
  const record = threadOfLines(linesUpToTurn(await readRollout(thread.file), turn))
  return record === undefined ? thread : { ...thread, record }
}
