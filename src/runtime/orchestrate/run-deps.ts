import { v7 as uuidv7 } from 'uuid'
import type { RunPlanDeps } from '../../orchestration/run-plan.ts'
import { taskPrompt } from '../../orchestration/task-prompt.ts'
import type { Plan, ThreadEvent } from '../../plugin-api/index.ts'
import type { TaskResult } from '../../plugin-api/run.ts'
import type { Workplace } from '../../plugin-api/workplace.ts'
import type { Snapshot } from '../open-snapshot.ts'
import type { OpenRun } from './journal/open-run.ts'
import type { OpenTaskThread } from './open-task-thread.ts'
import { type AmongAgents, taskAgents } from './task-agents.ts'
import { taskWorkplaces } from './task-workplaces.ts'

/** What a model is told whose turn was cut off. */
const goOn =
  'The program that ran you ended in the middle of this task. Go on where you were. What your tool calls did is done; of a call without a result it is not known whether it was carried out, so look before you make it again.'

/** How the plan of a run is carried out. */
export interface PlanAtWork {
  readonly plan: Pick<Plan, 'strategy' | 'tasks'>
  /** Tasks that run at the same time, at most. */
  readonly maxParallel: number
}

/** What the scheduler carries the tasks out with, and `close`, which ends what was opened for the run. */
export function runDeps(
  { runId, request, journal }: OpenRun,
  at: PlanAtWork,
  snapshot: Snapshot,
  openThread: OpenTaskThread,
) {
  const { kernel } = snapshot
  const { ask } = request
  const workplaces = taskWorkplaces({ runId, ...at }, request, snapshot)
  const agents = taskAgents({ runId, ...at }, kernel)
  const deps: RunPlanDeps = {
    nowMs: () => performance.now(),
    newThreadId: uuidv7,
    record: (task) => journal.write('task', task),
    runTask({ task, agent, attempt, threadId, goesOn, inputs }, signal) {
      const by = { paths: task.paths, ...(agent !== null && { agent }) }
      async function* work(
        place: Workplace | undefined,
        among: AmongAgents,
        ends: AbortSignal,
      ): AsyncGenerator<ThreadEvent, TaskResult> {
        // Few attempts go on, and only they make the schemas of what is read.
        const read = goesOn ? await import('./attempt-so-far.ts') : undefined
        const before = read?.attemptSoFar(threadId, kernel.threads)
        if (read && (before?.result || before?.canGoOn)) yield* read.shownFindings(before)
        if (before?.result) return before.result
        if (before?.canGoOn) {
          const whole = { ...task, found: before.findings }
          return yield* openThread({ ...by, input: goOn, resume: threadId }, whole, place, ends, among)
        }
        const whole = { ...task, threadId: before ? uuidv7() : threadId }
        return yield* openThread(
          { ...by, input: taskPrompt(task, inputs, place !== undefined) },
          whole,
          place,
          ends,
          among,
        )
      }
      const asAgent = (place: Workplace | undefined) =>
        agents.around({ task, agent, threadId }, (among, ends) => work(place, among, ends), signal)
      return workplaces.around({ task, attempt }, asAgent, signal)
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
  const close = async () => {
    await agents.close()
    return await workplaces.close()
  }
  return { ...deps, close }
}
