import type {
  AskPerson,
  Decision,
  Definition,
  FoundTools,
  SealedArguments,
  ToolCache,
  ToolContext,
  ToolEvent,
  TraceContext,
} from '../../plugin-api/index.ts'
import type { Gate } from '../../security/gate.ts'
import type { createSecretFinder } from '../../security/secrets/find-secrets.ts'
import { createGatedCommands } from '../commands/gated-commands.ts'
import { redactValue } from '../redact-value.ts'
import { type ExecDeps, execScript } from './exec.ts'
import { createActionScope } from './gated-action.ts'
import { createGatedFs } from './gated-fs.ts'
import { createGatedThreads, type Delegate, type DenialItem, type ThreadAgents } from './gated-threads.ts'
import { requestPermissions } from './request-permissions.ts'

/** What the contexts of all calls of a turn have in common. */
export interface ToolContextDeps {
  /** Real path. */
  readonly cwd: string
  /** Real path. */
  readonly workspaceRoot: string
  readonly threadId: string
  readonly turnId: string
  /** Whether the user trusts the repository. */
  readonly workspaceTrusted: boolean
  readonly exec: ExecDeps
  readonly delegate: Delegate
  /** Absent: none can run beside the thread. */
  readonly agentsBelow?: ThreadAgents | undefined
  /** Absent: nobody is there. */
  readonly ask?: AskPerson | undefined
  /** Shows the model at most so many of the tools that wait. Absent: none do. */
  findTools?(query: string, limit: number): Promise<FoundTools>
  redact(text: string): string
  definitions(kind: string): Promise<readonly Definition<unknown>[]>
  /** The table of the configuration for the plugin that brings a tool. */
  settings(tool: string): Readonly<Record<string, unknown>>
  /** The same of a repository that is not trusted; absent where all that there is counts. */
  untrustedSettings?: ((tool: string) => Promise<Readonly<Record<string, unknown>>>) | undefined
  /** What the plugin that brings a tool has kept; undefined where nothing may be kept. */
  cache?(tool: string): ToolCache | undefined
}

export interface ToolCallContext {
  readonly gate: Gate
  readonly tool: string
  readonly callId: string
  /** Arguments that the model's provider has sealed. Absent: none. */
  readonly sealed?: SealedArguments | undefined
  /** What the call hands on. Absent: it is part of no trace. */
  readonly trace?: TraceContext | undefined
  emit(event: ToolEvent): void
  /** Told of every refusal, also of those that the tool catches. */
  denied(decision: Decision): void
  /** Aborts when the call has ended, or the turn is interrupted. */
  readonly signal: AbortSignal
  /** Aborts when the turn is interrupted. */
  readonly turnSignal: AbortSignal
}

/** All that one call of a tool can reach: every method that acts asks the gate, and is audited. */
export function createToolContext(deps: ToolContextDeps, call: ToolCallContext): ToolContext {
  const { cwd, workspaceRoot, workspaceTrusted, threadId, turnId, findTools, untrustedSettings } = deps
  const { gate, callId, signal } = call
  const actions = createActionScope({ gate, denied: (decision) => call.denied(decision), signal })
  const emit = (event: ToolEvent): void => call.emit(event)
  const cache = deps.cache?.(call.tool)
  const redact = (text: string) => deps.redact(text)
  const scope = { ...deps.exec, gate, cwd, callId, trace: call.trace, redact, signal }
  let denials = 0
  const deniedBelow = (item: DenialItem) => emit({ type: 'item', key: `denial:${++denials}`, item, done: true })
  let finder: ReturnType<typeof createSecretFinder> | undefined
  return {
    cwd,
    workspaceRoot,
    workspaceTrusted,
    threadId,
    turnId,
    callId,
    ...(call.sealed && { sealed: call.sealed }),
    ...(call.trace && { trace: call.trace }),
    fs: createGatedFs(actions, {
      ...{ gate, cwd, workspaceRoot, writer: deps.exec.writer, searchPath: deps.exec.env.PATH, signal },
      async findLines(paths, request) {
        const { findLines } = await import('./find-lines.ts') // most searches are small
        return await findLines(paths, request, scope)
      },
    }),
    exec: (request) => execScript(request, actions, scope),
    commands: createGatedCommands(deps.exec.sessions, { actions, scope, turnSignal: call.turnSignal, emit }),
    async fetch(url, init = {}) {
      const { gatedFetch } = await import('./gated-fetch.ts') // most turns fetch nothing
      return await gatedFetch(url, init, { actions, gate }, signal)
    },
    threads: createGatedThreads(
      actions,
      {
        delegate: deps.delegate,
        agents: deps.agentsBelow,
        says: { redact, redactFinding: (finding) => redactValue(finding, deps.redact), emit },
        trace: call.trace,
        found: (finding) => emit({ type: 'finding', finding }),
        denied: deniedBelow,
        refused: (message) => emit({ type: 'item', key: 'refused', item: { type: 'notice', message }, done: true }),
      },
      signal,
    ),
    ask: async (request) => (deps.ask ? await deps.ask(request, signal) : { type: 'nobody' }),
    ...(findTools && { findTools: (query, { limit = 8 } = {}) => findTools(query, limit) }),
    requestPermissions: (request) => requestPermissions(request, actions, { cwd, gate }),
    redact,
    async findSecrets(text, options) {
      finder ??= (await import('../../security/secrets/find-secrets.ts')).createSecretFinder()
      return finder(text, options)
    },
    definitions: (kind) => deps.definitions(kind),
    ...(cache && { cache }),
    settings: deps.settings(call.tool),
    ...(untrustedSettings && { untrustedSettings: () => untrustedSettings(call.tool) }),
    emit,
    signal,
  }
}
