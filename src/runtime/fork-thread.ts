import { v7 as uuidv7 } from 'uuid'
import { CodexError } from '../plugin-api/errors.ts'
import type { ForkOptions } from '../plugin-api/kernel-client.ts'
import { forkStoredThread } from '../thread/fork-stored-thread.ts'
import { linesUpToTurn } from '../thread/lines-up-to-turn.ts'
import { storedLines } from '../thread/stored-lines.ts'
import { findThread } from './find-thread.ts'
import { ceilingOfFork } from './kept-ceiling.ts'
import type { Kernel } from './load-kernel.ts'
import { sourceOf } from './source-of.ts'

/**
 * Makes a thread that begins with the turns of another one, and gives its id. They are copied: what becomes of the other file later
 * changes nothing.
 *
 * @param id id or name of the other one, or `last` for the newest of this directory, or with `anywhere` of any
 * @param given `at`: the copy ends with this turn
 * @throws CodexError `thread.not_found`, `thread.no_such_turn`, `rollout.unreadable`, `rollout.unwritable`
 */
export async function forkThread(id: string, given: ForkOptions, kernel: Kernel): Promise<string> {
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
  const lines = [...storedLines(parent.kept, threads)].filter((line) => line !== undefined)
  const copied = given.at === undefined ? lines : linesUpToTurn(lines, given.at)
  const meta = {
    id: threadId,
    timestamp: options.now().toISOString(),
    cwd: options.cwd,
    ...sourceOf(options),
    model_provider: parent.record.meta.model_provider,
    forked_from_id: parent.record.meta.id,
    ...ceilingOfFork(parent.record.meta),
  }
  await forkStoredThread(copied, meta, threads, options)
  return threadId
}
