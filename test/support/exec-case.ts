import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { CodexEvent, CodexOptions, CodexResult, RunningCodex } from './run-codex.ts'
import { type ScriptedSession, scriptedSession } from './scripted-session.ts'

/** A scripted session whose `codex exec --json` is looked at, and what it leaves behind. */
export interface ExecCase extends ScriptedSession {
  /** Runs `codex exec --skip-git-repo-check --json ARGV` to its end. */
  exec(argv: readonly string[], options?: CodexOptions): Promise<CodexResult>
  /** The same, to be watched. */
  startExec(argv: readonly string[], options?: CodexOptions): Promise<RunningCodex>
  /** Paths of all rollouts, oldest first. */
  rollouts(): Promise<readonly string[]>
  /** The text of the audit log. */
  audit(): Promise<string>
}

/** Makes one, in a directory that is no git repository unless `git` says so. */
export async function execCase(...[turns, options]: Parameters<typeof scriptedSession>): Promise<ExecCase> {
  const session = await scriptedSession(turns, { git: false, ...options })
  const { codexHome } = session.home
  const common = ['exec', '--skip-git-repo-check', '--json']
  return {
    ...session,
    exec: (argv, more) => session.run([...common, ...argv], more),
    startExec: (argv, more) => session.start([...common, ...argv], more),
    rollouts: async () => {
      const files = await filesBelow(join(codexHome, 'sessions'))
      return files.filter((file) => file.endsWith('.jsonl')).sort((a, b) => (basename(a) < basename(b) ? -1 : 1))
    },
    audit: async () => {
      const files = await filesBelow(join(codexHome, 'audit'))
      return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('')
    },
  }
}

/** The JSON values of a text, one a line. */
export function jsonLines(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line): Readonly<Record<string, unknown>> => JSON.parse(line))
}

/** What an event says, shortened to compare whole streams: `item.completed agent_message item_0`. */
export function outline({ events }: { readonly events: readonly CodexEvent[] }): readonly string[] {
  return events.map((event) => {
    const item = itemOf(event)
    return item ? `${event.type} ${item.type} ${item.id}` : event.type
  })
}

export interface ShownItem {
  readonly id: string
  readonly type: string
  readonly [key: string]: unknown
}

/** The items of one type, in the order in which they completed. */
export function completedItems(result: { readonly events: readonly CodexEvent[] }, type: string): readonly ShownItem[] {
  return result.events.flatMap((event) => {
    const item = itemOf(event)
    return event.type === 'item.completed' && item?.type === type ? [item] : []
  })
}

export function itemOf(event: CodexEvent): ShownItem | undefined {
  const { item } = event
  // Checked: every item has its id and type, or a test that reads them fails.
  return typeof item === 'object' && item !== null && 'id' in item ? (item as ShownItem) : undefined
}

/** What was sent to the model. */
type Body = Readonly<Record<string, unknown>>

/** The texts of all user messages of a request, in order. */
export function userTexts(body: Body): readonly string[] {
  return inputOf(body).flatMap((item) =>
    item.type === 'message' && item.role === 'user' && Array.isArray(item.content)
      ? [item.content.map((part: { text?: string }) => part.text ?? '').join('')]
      : [],
  )
}

/** What the model was told that a call gave, by call id. */
export function toolOutputs(body: Body): Readonly<Record<string, string>> {
  return Object.fromEntries(
    inputOf(body).flatMap((item) =>
      item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
        ? [[String(item.call_id), String(item.output)]]
        : [],
    ),
  )
}

/** The input items of a request. */
export function inputOf(body: Body): readonly Readonly<Record<string, unknown>>[] {
  const { input } = body
  return Array.isArray(input) ? input : []
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    },
  )
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
