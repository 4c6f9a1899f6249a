import { v7 as uuidv7 } from 'uuid'
import type { RunPlanDeps } from '../../orchestration/run-plan.ts'
import { taskPrompt } from '../../orchestration/task-prompt.ts'
import type { Task, ThreadRequest } from '../../plugin-api/index.ts'
import type { RunRequest } from '../../plugin-api/run.ts'
import type { Snapshot } from '../open-snapshot.ts'
import { toolFacts } from '../open-thread-security.ts'
import { startThread } from '../start-thread.ts'
import { runBudgetOf } from '../thread-budget.ts'
import { runTaskThread } from './run-task-thread.ts'
import { taskCeiling } from './task-ceiling.ts'

/** What the scheduler carries the tasks out with, and the way in which it begins a thread. */
export function runDeps(request: RunRequest, snapshot: Snapshot) {
  const { kernel } = snapshot
  const { approve, ask, playbook = false, workflow } = request
  // One budget for all threads of the run. What a task is asked is text of a file and of other agents: nothing in it is expanded.
  const shared = { ...snapshot, depth: 0, author: 'model' as const, runBudget: runBudgetOf({ kernel }) }
  const openThread = (
    asked: Pick<ThreadRequest, 'input' | 'agent' | 'paths' | 'outputSchema'>,
    { threadId, ...task }: Pick<Task, 'id' | 'prompt' | 'write'> & { readonly threadId?: string },
    signal: AbortSignal,
  ) => {
    const person = { ...(approve && { approve }), ...(ask && { ask }) }
    const ceiling = taskCeiling(task, workflow?.origin, { tools: toolFacts(kernel), places: kernel.places })
    const whole = { ...asked, ...person, route: false, playbook }
    return runTaskThread(
      startThread(
        whole,
        { ...shared, ceiling, about: task.prompt, ...(threadId !== undefined && { threadId }) },
        signal,
      ),
    )
  }
  const deps: RunPlanDeps = {
    nowMs: () => performance.now(),
    newThreadId: uuidv7,
    runTask({ task, agent, threadId, inputs }, signal) {
      const asked = { input: taskPrompt(task, inputs), paths: task.paths, ...(agent !== null && { agent }) }
      return openThread(asked, { ...task, threadId }, signal)
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
  return { ...deps, openThread }
}
