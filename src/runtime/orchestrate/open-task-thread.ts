import type { Finding, Task, ThreadEvent, ThreadRequest } from '../../plugin-api/index.ts'
import type { RunRequest, TaskResult } from '../../plugin-api/run.ts'
import type { Workplace } from '../../plugin-api/workplace.ts'
import type { Snapshot } from '../open-snapshot.ts'
import { toolFacts } from '../open-thread-security.ts'
import { startThread } from '../start-thread.ts'
import { unrecorded } from '../undo/record-turn.ts'
import { kernelAt } from '../worktrees/kernel-at.ts'
import type { keptBudget } from './kept-budget.ts'
import { runTaskThread } from './run-task-thread.ts'
import type { AmongAgents } from './task-agents.ts'
import { taskCeiling } from './task-ceiling.ts'

/** Begins a thread of a run, or goes on with one: for a task, for scores, for the plan. */
export type OpenTaskThread = (
  asked: Pick<ThreadRequest, 'input' | 'agent' | 'paths' | 'outputSchema' | 'resume'>,
  task: Pick<Task, 'id' | 'prompt' | 'write'> & { readonly threadId?: string; readonly found?: readonly Finding[] },
  place: Workplace | undefined,
  signal: AbortSignal,
  /** Absent: it is no agent of the run, and talks to nobody. */
  among?: AmongAgents,
) => AsyncGenerator<ThreadEvent, TaskResult>

/**
 * The way in which a run begins its threads: all under one budget, none of which expands what it is asked.
 *
 * @param workflowOf the workflow that the plan is of; asked by each thread, since whoever plans begins before there is one
 */
export function taskThreads(
  { approve, ask, playbook = false }: Pick<RunRequest, 'approve' | 'ask' | 'playbook'>,
  snapshot: Snapshot,
  budget: ReturnType<typeof keptBudget>,
  workflowOf: () => RunRequest['workflow'],
): OpenTaskThread {
  const { kernel } = snapshot
  // What a task is asked is text of a file and of other agents: nothing in it is expanded.
  const shared = { ...snapshot, depth: 0, author: 'model' as const, runBudget: budget.open }
  return async function* openThread(asked, { threadId, found, ...task }, place, signal, among) {
    const here = place ? kernelAt(kernel, place.cwd) : kernel
    const person = { ...(approve && { approve }), ...(ask && { ask }) }
    const ceiling = taskCeiling(task, workflowOf()?.origin, { tools: toolFacts(kernel), places: here.places })
    const whole = { ...asked, ...person, route: false, playbook }
    const thread = startThread(
      whole,
      {
        ...{ ...shared, ...among, kernel: here, ceiling, about: task.prompt },
        ...(threadId !== undefined && { threadId }),
        // What is written in a copy is taken back by taking back its merge.
        ...(place && { recorder: unrecorded }),
      },
      among ? AbortSignal.any([signal, among.tree.timeIsOver]) : signal,
    )
    return yield* runTaskThread(budget.counted(thread), found)
  }
}
