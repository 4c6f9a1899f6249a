import { v7 as uuidv7 } from 'uuid'
import { CodexError } from '../plugin-api/errors.ts'
import { forkStoredThread } from '../thread/fork-stored-thread.ts'
import { linesUpToTurn } from '../thread/lines-up-to-turn.ts'
import { storedLines } from '../thread/stored-lines.ts'
import { threadOfLines } from '../thread/thread-record.ts'
import type { StoredThread, ThreadStore } from '../thread/thread-store.ts'
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
  const { threads, options } = kernel
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
  const copied = given.at === undefined ? parent : await upToTurn(parent, given.at, threads)
  const meta = {
    id: threadId,
    timestamp: options.now().toISOString(),
    cwd: options.cwd,
    ...sourceOf(options),
    model_provider: parent.record.meta.model_provider,
    forked_from_id: parent.record.meta.id,
  }
  await forkStoredThread(copied, meta, threads, options)
  return threadId
}

/** The thread as it was when the turn had ended. */
async function upToTurn(thread: StoredThread, turn: string, store: ThreadStore): Promise<StoredThread> {
  const lines = [...storedLines(thread.kept, store)].filter((line) => line !== undefined)
  const record = threadOfLines(linesUpToTurn(lines, turn))
  return record === undefined ? thread : { ...thread, record }
}
