import { type RunEvent, runEventSchema } from '../../src/plugin-api/run.ts'
import type { ModelTurn, RecordedRequest } from './model-server.ts'
import type { CodexResult } from './run-codex.ts'

/** The file of an agent that a model answers for. */
export const teamAgent = (id: string): string =>
  `[agent]\nid = "${id}"\nname = "${id}"\ndescription = "d"\n[prompt]\nsystem = "Work."\n`

/** A workflow file of tasks, each with further lines of its own; the prompt of task `a` is "Prompt of a.". */
export function teamWorkflow(id: string, head: string, tasks: Readonly<Record<string, string>>): string {
  const texts = Object.entries(tasks).map(
    ([task, more]) =>
      `[[tasks]]\nid = "${task}"\ntitle = "Title of ${task}"\nprompt = "Prompt of ${task}."\nagent = "one"\n${more}\n`,
  )
  return `[workflow]\nid = "${id}"\ndescription = "The ${id}"\n${head}\n${texts.join('\n')}`
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

/** The events of a run, each of which the schema knows, and the result that is the last of them. */
export function runOf({ stdout, stderr }: CodexResult) {
  const events = stdout
    .split('\n')
    .filter(Boolean)
    .map((line): RunEvent => runEventSchema.parse(JSON.parse(line)))
  const last = events.at(-1)
  if (last?.type !== 'run.completed') throw new Error(`the run did not end: ${stdout.slice(0, 500)} ${stderr}`)
  const warnings = events.flatMap((event) =>
    'item' in event && event.item.type === 'error' ? [event.item.message] : [],
  )
  const states = Object.fromEntries(
    last.result.results.map(({ task, state, reason }) => [task, reason === undefined ? state : `${state}: ${reason}`]),
  )
  return { events, result: last.result, warnings, states }
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
