import { v7 as uuidv7 } from 'uuid'
import type { RunPlanDeps } from '../../orchestration/run-plan.ts'
import { taskPrompt } from '../../orchestration/task-prompt.ts'
import type { Plan, Task, ThreadRequest } from '../../plugin-api/index.ts'
import type { RunRequest } from '../../plugin-api/run.ts'
import type { Workplace } from '../../plugin-api/workplace.ts'
import type { Snapshot } from '../open-snapshot.ts'
import { toolFacts } from '../open-thread-security.ts'
import { startThread } from '../start-thread.ts'
import { runBudgetOf } from '../thread-budget.ts'
import { unrecorded } from '../undo/record-turn.ts'
import { kernelAt } from '../worktrees/kernel-at.ts'
import { runTaskThread } from './run-task-thread.ts'
import { taskCeiling } from './task-ceiling.ts'
import { taskWorkplaces } from './task-workplaces.ts'

/** A run whose plan is made. */
export interface PlannedRun {
  readonly runId: string
  readonly plan: Pick<Plan, 'strategy' | 'tasks'>
  /** Tasks that run at the same time, at most. */
  readonly maxParallel: number
}

/** What the scheduler carries the tasks out with, the way in which it begins a thread, and `close`, which ends what was opened for the run. */
export function runDeps(request: RunRequest, run: PlannedRun, snapshot: Snapshot) {
  const { kernel } = snapshot
  const { approve, ask, playbook = false, workflow } = request
  // One budget for all threads of the run. What a task is asked is text of a file and of other agents: nothing in it is expanded.
  const shared = { ...snapshot, depth: 0, author: 'model' as const, runBudget: runBudgetOf({ kernel }) }
  const workplaces = taskWorkplaces(run, request, snapshot)
  const openThread = (
    asked: Pick<ThreadRequest, 'input' | 'agent' | 'paths' | 'outputSchema'>,
    { threadId, ...task }: Pick<Task, 'id' | 'prompt' | 'write'> & { readonly threadId?: string },
    place: Workplace | undefined,
    signal: AbortSignal,
  ) => {
    const at = place ? kernelAt(kernel, place.cwd) : kernel
    const person = { ...(approve && { approve }), ...(ask && { ask }) }
    const ceiling = taskCeiling(task, workflow?.origin, { tools: toolFacts(kernel), places: at.places })
    const whole = { ...asked, ...person, route: false, playbook }
    return runTaskThread(
      startThread(
        whole,
        {
          ...{ ...shared, kernel: at, ceiling, about: task.prompt },
          ...(threadId !== undefined && { threadId }),
          // What is written in a copy is taken back by taking back its merge.
          ...(place && { recorder: unrecorded }),
        },
        signal,
      ),
    )
  }
  const deps: RunPlanDeps = {
    nowMs: () => performance.now(),
    newThreadId: uuidv7,
    runTask({ task, agent, attempt, threadId, inputs }, signal) {
      const asked = { input: taskPrompt(task, inputs), paths: task.paths, ...(agent !== null && { agent }) }
      const work = (place: Workplace | undefined) => openThread(asked, { ...task, threadId }, place, signal)
      return workplaces.around({ task, attempt }, work, signal)
    },
    async agree(question, task, signal) {
      if (ask === undefined) return undefined
      const options = [{ label: 'Yes' }, { label: 'No' }]
      const asked = { id: 'go', header: task.title, question, options, allowsOther: false }
      const answer = await ask({ asker: `task ${task.id}`, questions: [asked] }, signal)
      if (answer.type === 'nobody') return undefined
      return answer.type === 'answered' && answer.answers.go?.[0] === 'Yes'
    },
  }
  return { ...deps, openThread, close: workplaces.close }
}
