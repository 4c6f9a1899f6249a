import { onTestFinished } from 'vitest'
import { type CodexHome, makeCodexHome, modelServerConfig } from './codex-home.ts'
import { type ModelServer, type ModelServerOptions, startModelServer } from './model-server.ts'
import { type CodexOptions, type CodexResult, type RunningCodex, runCodex, startCodex } from './run-codex.ts'
import { makeWorkspace, type TempWorkspace } from './temp-workspace.ts'

export interface ScriptedSession {
  readonly server: ModelServer
  readonly home: CodexHome
  readonly workspace: TempWorkspace
  /** Runs the program in the workspace. */
  run(argv: readonly string[], options?: CodexOptions): Promise<CodexResult>
  start(argv: readonly string[], options?: CodexOptions): Promise<RunningCodex>
}

/** A model server with a script, a home that is configured for it, and a workspace; all gone when the test ends. */
export async function scriptedSession(
  turns: Parameters<typeof startModelServer>[0],
  options: {
    readonly files?: Readonly<Record<string, string>>
    readonly git?: boolean
    readonly home?: Readonly<Record<string, string>>
    /** Added to the configuration that names the server. */
    readonly config?: string
    /** Tables that are added behind it. */
    readonly tables?: string
    readonly server?: ModelServerOptions
  } = {},
): Promise<ScriptedSession> {
  const server = await startModelServer(turns, options.server)
  onTestFinished(() => server.close())
  const config = `${options.config ?? ''}\n${modelServerConfig(server.url)}\n${options.tables ?? ''}`
  const home = await makeCodexHome({ 'config.toml': config, ...options.home })
  onTestFinished(() => home.remove())
  const workspace = await makeWorkspace({ files: options.files ?? {}, git: options.git ?? true })
  onTestFinished(() => workspace.remove())
  const place = { home, cwd: workspace.path }
  return {
    server,
    home,
    workspace,
    run: (argv, more) => runCodex(argv, { ...place, ...more }),
    start: (argv, more) => startCodex(argv, { ...place, ...more }),
  }
}

/** The body of a request to the model, by its number; negative from the end. */
export function sentBody(server: ModelServer, index: number): Readonly<Record<string, unknown>> {
  const body = server.requests.at(index)?.body
  if (typeof body !== 'object' || body === null) throw new Error(`the model was not asked ${index + 1} times`)
  return body as Readonly<Record<string, unknown>> // an object of JSON
}

/** The text of the last user message that a request sends. */
export function lastUserText(body: Readonly<Record<string, unknown>>): string {
  const input = body.input as readonly {
    readonly role?: string
    readonly content?: readonly { readonly text?: string }[]
  }[] // as B.4 of the Codex contract has it
  const message = input.findLast((item) => item.role === 'user')
  return (message?.content ?? []).map((part) => part.text ?? '').join('')
}
