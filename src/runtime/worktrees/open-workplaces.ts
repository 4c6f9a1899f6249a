import { mkdir } from 'node:fs/promises'
import { takeLock } from '../../kernel/file-lock.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { ThreadRequest } from '../../plugin-api/index.ts'
import type { Task } from '../../plugin-api/workflow.ts'
import type { Workplace } from '../../plugin-api/workplace.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { openCopy, type WritingTask } from './open-copy.ts'
import { openCopyRecords } from './record-copies.ts'
import { runDirectory } from './run-directory.ts'
import { type LeftCopy, sweepRun, sweepWorktrees } from './sweep-worktrees.ts'

/** Places of their own for the writing tasks of one run. */
export interface Workplaces {
  /** Copies of runs that were killed, with changes that nobody brought into the workspace: they stay until a person removes them. */
  readonly left: readonly LeftCopy[]
  /**
   * A copy of the workspace as it is now, with what is not committed, for one attempt at a task; the one that the attempt had where the run is gone
   * on with and it is still there. What git ignores is not in it, nor are submodules, files with secrets and what is larger than 10 MiB. What of
   * a merge that was cut is not in the workspace yet is brought there by the next.
   *
   * @param attempt from 1
   *
   * @throws CodexError `tool.failed`, `internal`, `definition.invalid`; the `node:fs` error; the abort reason
   */
  openWorkplace(task: Pick<Task, 'id' | 'title' | 'write'>, attempt: number, signal: AbortSignal): Promise<Workplace>
  /** Ends the run. Gives the copies that stay: those whose changes are nowhere else. */
  close(): Promise<readonly LeftCopy[]>
}

/**
 * Opens `$CODEX_HOME/worktrees/RUN`, and takes away what killed runs left there without changes. Merges of one run come one after the other, and no
 * two runs merge into one workspace at once.
 *
 * @throws CodexError `home.unwritable` where another process has the run, `tool.failed` without git; the `node:fs` error; the abort reason
 */
export async function openWorkplaces(
  given: {
    readonly runId: string
    /** Who is asked where the profile asks before a file is written. Absent: nobody, and it is denied. */
    readonly approve?: ThreadRequest['approve']
  },
  deps: SecurityDeps,
  signal: AbortSignal,
): Promise<Workplaces> {
  const { kernel } = deps
  const run = runDirectory(kernel.codexHome, given.runId)
  await mkdir(run.root, { recursive: true, mode: 0o700 })
  const lock = await takeLock(run.lock)
  if (!('release' in lock)) {
    throw new CodexError('home.unwritable', `Another process has the worktrees of run ${given.runId}`, {
      hint: 'Wait for it to end.',
    })
  }
  try {
    const left = await sweepWorktrees(deps, signal)
    const records = await openCopyRecords(run, kernel)
    const tasks: WritingTask[] = []
    const shared = { ...given, run, records, tasks, inTurn: createQueue() }
    return {
      left,
      openWorkplace: (task, attempt, given) => openCopy({ ...task, attempt }, shared, deps, given),
      async close() {
        return await sweepRun(given.runId, run, deps, AbortSignal.timeout(closeTimeoutMs)).finally(lock.release)
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** What is not looked at by then stays until the next run. */
const closeTimeoutMs = 20_000

/** Runs one work after the other. */
function createQueue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const last = { work: Promise.resolve<unknown>(undefined) }
  return (work) => {
    const next = last.work.then(work, work)
    last.work = next.catch(() => undefined)
    return next
  }
}
