import type { ModelTurn, RecordedRequest } from './model-server.ts'
import { workflowHead, workflowTask } from './run-of.ts'

/** A workflow file of tasks, each with further lines of its own; the prompt of task `a` is "Prompt of a.". */
export function teamWorkflow(id: string, head: string, tasks: Readonly<Record<string, string>>): string {
  return `${workflowHead(id, head)}${Object.entries(tasks)
    .map(([task, more]) => workflowTask(task, 'one', more))
    .join('')}`
}

/** Answers the requests of each task by its own script, in the order in which the task makes them. */
export function teamScript(
  turnsByTask: Readonly<Record<string, readonly ModelTurn[]>>,
): readonly ((request: RecordedRequest) => ModelTurn)[] {
  const asked = new Map<string, number>()
  const answer = ({ body }: RecordedRequest): ModelTurn => {
    const task = /Prompt of ([a-z0-9_-]+)\./.exec(JSON.stringify(body.input))?.[1] ?? ''
    const number = asked.get(task) ?? 0
    asked.set(task, number + 1)
    return (
      turnsByTask[task]?.[number] ?? { failure: { kind: 'status', status: 400, body: `no turn ${number} of ${task}` } }
    )
  }
  return Array.from({ length: 60 }, () => answer)
}

/** A turn that adds or rewrites a file by a patch. */
export const addFile = (path: string, line = 'x'): ModelTurn => ({
  calls: [{ name: 'apply_patch', input: `*** Begin Patch\n*** Add File: ${path}\n+${line}\n*** End Patch` }],
})

/** A turn that changes a line of a file by a patch. */
export const editFile = (path: string, from: string, to: string): ModelTurn => ({
  calls: [
    { name: 'apply_patch', input: `*** Begin Patch\n*** Update File: ${path}\n@@\n-${from}\n+${to}\n*** End Patch` },
  ],
})
