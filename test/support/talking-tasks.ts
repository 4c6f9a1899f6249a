import type { ModelTurn, RecordedRequest } from './model-server.ts'
import { agentFile, runOf } from './run-of.ts'
import { type ScriptedSession, scriptedSession } from './scripted-session.ts'
import { teamWorkflow } from './team-script.ts'

/** What an agent does next: a turn, or one that is known only from the request. */
export type Step = ModelTurn | ((request: RecordedRequest) => ModelTurn)

/** A step that waits until something stands in the request; each round until then is a short command. */
interface Waiting {
  readonly until: string
  readonly then: Step
}

/** Waits until a text was said to the agent, then goes on. */
export const until = (text: string, then: Step): Waiting => ({ until: text, then })

/** A turn with one call. */
export const callOf = (name: string, args: object): ModelTurn => ({ calls: [{ name, arguments: args }] })

/** Answers each task by its own steps, whatever the order in which they ask. Behind the last step comes "Done." */
export function answersOf(tasks: Readonly<Record<string, readonly (Step | Waiting)[]>>) {
  const next = new Map<string, number>()
  let rounds = 0
  return (request: RecordedRequest): ModelTurn => {
    const said = JSON.stringify(request.body.input)
    const task = /Prompt of ([a-z0-9_-]+)\./.exec(said)?.[1] ?? ''
    const number = next.get(task) ?? 0
    const step = tasks[task]?.[number] ?? { text: 'Done.' }
    if ('until' in step && !said.includes(step.until)) {
      rounds += 1
      return callOf('exec_command', { cmd: `sleep 0.1; echo ${rounds}` })
    }
    next.set(task, number + 1)
    const turn = 'until' in step ? step.then : step
    return typeof turn === 'function' ? turn(request) : turn
  }
}

/** A run of tasks that talk to each other, to its end. */
export async function talkingTasks(
  tasks: Parameters<typeof answersOf>[0],
  options: {
    readonly strategy?: string
    readonly files?: Readonly<Record<string, string>>
    readonly tables?: string
    /** More files of the home. */
    readonly home?: Readonly<Record<string, string>>
    /** Lines of tasks in the workflow, by id. */
    readonly lines?: Readonly<Record<string, string>>
    /** Agents of tasks, by id of the task. Default `one`. */
    readonly agents?: Readonly<Record<string, string>>
  } = {},
) {
  const ids = Object.fromEntries(Object.keys(tasks).map((id) => [id, options.lines?.[id] ?? '']))
  const plain = teamWorkflow('w', `strategy = "${options.strategy ?? 'collaborative'}"`, ids)
  const workflow = Object.entries(options.agents ?? {}).reduce(
    (text, [task, agent]) =>
      text.replace(`"Prompt of ${task}."\nagent = "one"`, `"Prompt of ${task}."\nagent = "${agent}"`),
    plain,
  )
  const session: ScriptedSession = await scriptedSession([answersOf(tasks)], {
    config: 'sandbox_mode = "workspace-write"\napproval_policy = "never"',
    home: { 'agents/one.toml': agentFile('one'), 'workflows/w.toml': workflow, ...options.home },
    files: { 'a.js': 'one\ntwo\nthree\n', ...options.files },
    server: { whenSpent: 'repeat' },
    ...(options.tables !== undefined && { tables: options.tables }),
  })
  const ended = await session.run(['workflows', 'run', 'w', '--json'])
  return { session, ended, ...runOf(ended) }
}

/** What the last call before a request gave. */
export function outputIn({ body }: RecordedRequest): string {
  const input = body.input as readonly { readonly type?: string; readonly output?: unknown }[] // of the Responses API
  return String(input.findLast(({ type }) => type === 'function_call_output')?.output)
}

/** Id of the last question that an agent was asked. */
export function questionIn({ body }: RecordedRequest): string {
  const found = JSON.stringify(body.input).matchAll(/kind=\\"question\\" id=\\"(m\d+)/g)
  return [...found].at(-1)?.[1] ?? 'none'
}

/** The last message of an agent: what its last call gave. */
export const saysOutput = (request: RecordedRequest): ModelTurn => ({ text: outputIn(request) })
