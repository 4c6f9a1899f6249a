import { existsSync } from 'node:fs'
import { lazily } from '../../kernel/lazily.ts'
import { tasksBeside } from '../../orchestration/tasks-beside.ts'
import { isCodexError } from '../../plugin-api/errors.ts'
import type { Plan, Task, ThreadEvent } from '../../plugin-api/index.ts'
import type { RunRequest, TaskResult } from '../../plugin-api/run.ts'
import type { Workplace } from '../../plugin-api/workplace.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { runDirectory } from '../worktrees/run-directory.ts'
import type { LeftCopy } from '../worktrees/sweep-worktrees.ts'
import { inWorkspace } from './in-workspace.ts'
import { mergeWork } from './merge-work.ts'

/** Where the tasks of one run work. */
export interface TaskWorkplaces {
  /**
   * Carries out an attempt where it belongs: in a copy of the workspace, whose changes are brought into it once the work is done, or in the
   * workspace itself.
   *
   * @param work gets the copy; undefined: the workspace
   */
  around(
    attempt: { readonly task: Task; readonly attempt: number },
    work: (place: Workplace | undefined) => AsyncGenerator<ThreadEvent, TaskResult>,
    signal: AbortSignal,
  ): AsyncGenerator<ThreadEvent, TaskResult>
  /** Ends the run, whatever became of it. Gives the copies that stay, since their changes are nowhere else. May be called again. */
  close(): Promise<readonly LeftCopy[]>
}

/**
 * A task that may write, while another one may run, works in a copy of the workspace; any other works in the workspace itself. Tasks of a
 * workflow that only reads need none. Nothing is opened before the first task that does.
 */
export function taskWorkplaces(
  run: { readonly runId: string; readonly plan: Pick<Plan, 'strategy' | 'tasks'>; readonly maxParallel: number },
  { workflow, approve }: Pick<RunRequest, 'workflow' | 'approve'>,
  deps: SecurityDeps,
): TaskWorkplaces {
  const beside = tasksBeside(run.plan, run.maxParallel)
  const onlyReads = workflow !== undefined && !workflow.origin.trusted
  const life = new AbortController()
  let isOpened = false
  const open = lazily(async () => {
    isOpened = true
    const { openWorkplaces } = await import('../worktrees/open-workplaces.ts')
    return await openWorkplaces({ runId: run.runId, ...(approve && { approve }) }, deps, life.signal)
  })
  const close = lazily(async () => {
    // A run that goes on may have copies of before, and no task that needs one now.
    if (!isOpened && !existsSync(runDirectory(deps.kernel.codexHome, run.runId).root)) return []
    if (isOpened) life.abort()
    const opened = await open().catch(() => undefined)
    return opened ? await opened.close() : []
  })
  let isTold = false

  return {
    close,
    async *around({ task, attempt }, work, signal) {
      if (onlyReads || task.write.length === 0 || !beside.has(task.id)) return yield* work(undefined)
      let place: Workplace
      try {
        const workplaces = await open()
        const { workspaceRoot } = deps.kernel.places
        const left = isTold ? [] : workplaces.left.filter(({ workspace }) => workspace === workspaceRoot)
        isTold = true
        for (const [index, each] of left.entries()) yield warning(`left_${index}`, leftText(each))
        place = await workplaces.openWorkplace(task, attempt, signal)
      } catch (error) {
        signal.throwIfAborted()
        if (!isCodexError(error)) throw error
        const { message, code, hint } = error
        const whole = `there is no copy of the workspace to work in: ${message}${hint === undefined ? '' : `. ${hint}`}`
        return {
          status: 'blocked',
          findings: [],
          error: { message: whole, code, ...(hint !== undefined && { hint }) },
        }
      }
      try {
        const result = yield* inWorkspace(work(place), place.cwd)
        return result.status === 'done' ? await mergeWork(result, place, signal) : result
      } finally {
        await place.discard()
      }
    },
  }
}

function warning(id: string, message: string): ThreadEvent {
  return { type: 'item.completed', item: { id, type: 'error', message } }
}

/** Of a copy that stays at the end of its run, for people. */
export function keptText({ task, directory }: LeftCopy): string {
  return `What task ${task} changed is not all in the workspace: it is kept in ${directory}`
}

function leftText({ run, task, directory }: LeftCopy): string {
  return `What task ${task} of run ${run} changed is not all in the workspace: it is kept in ${directory}. Take what you need, and remove that directory`
}
