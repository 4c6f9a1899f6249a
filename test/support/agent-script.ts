import { installedPlugins } from './installed-plugins.ts'
import type { ModelServer, ModelTurn, RecordedRequest } from './model-server.ts'
import { type ScriptedSession, scriptedSession } from './scripted-session.ts'

/** What a request sends, as far as tests of agents look at it. */
interface SentItem {
  readonly type?: string
  readonly role?: string
  readonly output?: unknown
  readonly content?: readonly { readonly text?: string }[]
}

/** What an agent answers; a function of the request where that is known only then. */
export type AgentTurn = ModelTurn | ((request: RecordedRequest) => ModelTurn)

/** A session of agents that answer each by a script of its own, whatever the order in which they ask. Each may hand work on. */
export async function agentSession(
  scripts: Readonly<Record<string, readonly AgentTurn[]>>,
  options: {
    readonly config?: string
    readonly tables?: string
    /** More files of the home. */
    readonly home?: Readonly<Record<string, string>>
    /** Added to the definition of an agent, by id. */
    readonly agents?: Readonly<Record<string, string>>
  } = {},
): Promise<ScriptedSession> {
  const left = new Map(Object.entries(scripts).map(([id, turns]) => [id, [...turns]]))
  const answer = (request: RecordedRequest): ModelTurn => {
    const id = whoAsks(request)
    const turn = left.get(id)?.shift()
    if (!turn) throw new Error(`nothing more is scripted for ${id}`)
    return typeof turn === 'function' ? turn(request) : turn
  }
  const files = Object.keys(scripts).map((id) => {
    const more = options.agents?.[id] ?? ''
    return [
      `agents/${id}.toml`,
      `[agent]\nid = "${id}"\nname = "${id}"\ndescription = "d"\n[prompt]\nsystem = "I am ${id}."\n${more}`,
    ]
  })
  return await scriptedSession([answer], {
    home: { ...installedPlugins('hands-on'), ...Object.fromEntries(files), ...options.home },
    server: { whenSpent: 'repeat' },
    ...(options.config !== undefined && { config: options.config }),
    ...(options.tables !== undefined && { tables: options.tables }),
  })
}

/** A call of the tool that works with agents. */
export const team = (what: string, more: Readonly<Record<string, unknown>> = {}): ModelTurn => ({
  calls: [{ name: 'crew', arguments: { do: what, ...more } }],
})

/** Requests of one agent, in order. */
export function requestsOf({ requests }: ModelServer, agent: string): readonly RecordedRequest[] {
  return requests.filter((request) => whoAsks(request) === agent)
}

/** What the last call before a request gave, or its error, as text. */
export function toldOf(request: RecordedRequest | undefined): string {
  return String(inputOf(request).findLast(({ type }) => type === 'function_call_output')?.output)
}

/** The texts of a request's user messages. */
export function saidIn(request: RecordedRequest | undefined): readonly string[] {
  return inputOf(request).flatMap(({ role, content = [] }) =>
    role === 'user' ? content.map(({ text = '' }) => text).join('') : [],
  )
}

function whoAsks(request: RecordedRequest): string {
  const prompts = inputOf(request).filter(({ role }) => role === 'developer')
  return prompts.map((item) => /^I am (\S+)\.$/m.exec(item.content?.[0]?.text ?? '')?.[1]).findLast(Boolean) ?? ''
}

function inputOf(request: RecordedRequest | undefined): readonly SentItem[] {
  return (request?.body.input ?? []) as readonly SentItem[] // the request of the Responses API
}
