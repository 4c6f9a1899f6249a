import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import {
  type Action,
  CodexError,
  type ExecEvent,
  type ExecRequest,
  type Opening,
  type SandboxBackend,
  type TraceContext,
  traceFields,
} from '../../plugin-api/index.ts'
import type { CommandSupplies } from '../../sandbox/command-supplies.ts'
import { fileError, fileErrorCode } from '../../sandbox/files/file-error.ts'
import type { FileWriter } from '../../sandbox/files/file-writer.ts'
import type { CommandConfinement, CommandExit, CommandRequest } from '../../sandbox/start-command.ts'
import type { Gate } from '../../security/gate.ts'
import type { Places } from '../../security/places.ts'
import type { CommandSessions } from '../commands/command-sessions.ts'
import type { OutputFiles } from '../output-files.ts'
import type { CommandNetwork } from './command-network.ts'
import type { ActionScope, Allowed, OutcomeFacts } from './gated-action.ts'
import { redactStream } from './redact-stream.ts'
import type { ShellStates, StateRun } from './shell-states.ts'

/** How one command of a thread runs. */
export interface CommandDeps {
  /** What `commandEnvironment` gave. */
  readonly env: Readonly<Record<string, string>>
  /** The user's login shell. */
  readonly shell: string
  /** Found at the first command: looking for it starts a process. `none`: directly, which only a profile that says so may choose; `unavailable`: no backend works here. */
  sandbox(): Promise<SandboxBackend | 'none' | 'unavailable'>
  readonly places: Places
  readonly protection: 'on' | 'lifted'
  readonly temp: 'private' | 'host'
  readonly supplies: CommandSupplies
  readonly shellStates: ShellStates
  readonly network: CommandNetwork
}

/** How the commands of a thread run; whoever made it closes it. */
export interface ExecDeps extends CommandDeps {
  /** Commands that go on between calls. */
  readonly sessions: CommandSessions
  /** Long outputs. */
  readonly outputs: OutputFiles
  /** The files that tools write. */
  readonly writer: FileWriter
  /** Begins to make what the first command needs, while it is being decided whether that may run: runs nothing of it. */
  prepare(): void
  /** Ends what runs, and gives back what is kept for the thread. */
  close(): Promise<void>
}

const defaultTimeoutMs = 600_000
const defaultMaxOutputBytes = 1024 * 1024
/** Shells of the language that the exec policy reads: in another one, a script would mean something else than was checked. */
const posixShells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ksh', 'zsh'])
/** Where shells of the system lie; a program elsewhere may only be named like one. `.` is a bare name, found by PATH. */
const shellDirectories: ReadonlySet<string> = new Set(['.', '/bin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'])

type ExecAction = Extract<Action, { kind: 'exec' }>

export interface ExecScope extends CommandDeps {
  readonly gate: Gate
  readonly cwd: string
  readonly callId: string
  readonly trace?: TraceContext | undefined
  redact(text: string): string
  readonly signal: AbortSignal
}

/** A shell script through the gate, in the sandbox; secrets are taken out of what it prints. */
export async function* execScript(
  request: ExecRequest,
  actions: ActionScope,
  scope: ExecScope,
): AsyncGenerator<ExecEvent> {
  const { allowed, prepared } = await allowScript({ timeoutMs: defaultTimeoutMs, ...request }, actions, scope)
  const refused = scope.network.watchRefusals()
  let ending: OutcomeFacts | { readonly error: unknown } = { detail: 'ended by its reader' }
  try {
    const { command, how } = await prepared
    const { runCommand } = await scope.supplies.code()
    for await (const event of redactStream(runCommand(command, how, scope.supplies, scope.signal), scope.redact)) {
      if (event.type === 'exit') ending = exitFacts(event)
      yield event
    }
  } catch (error) {
    ending = { error }
    throw error
  } finally {
    const hosts = hostFacts(refused())
    await ('error' in ending ? allowed.failed(ending.error, hosts) : allowed.done({ ...ending, ...hosts }))
  }
}

/** A script that may run. */
export interface AllowedScript {
  readonly allowed: Allowed<ExecAction>
  /** What to start, and how it is confined. It rejects with CodexError `sandbox.*`, the `node:fs` error of its directory. */
  readonly prepared: Promise<{ readonly command: CommandRequest; readonly how: CommandConfinement }>
}

/**
 * Asks the gate whether a script may run; what it needs is made while the files of the workspace are recorded.
 * @throws CodexError `tool.input`, `permission.denied`; the abort reason
 */
export async function allowScript(
  request: ExecRequest,
  actions: ActionScope,
  scope: ExecScope,
): Promise<AllowedScript> {
  const shell = request.shell ?? scope.shell
  assertPosixShell(shell, scope.shell)
  scope.supplies.prepare()
  const cwd = resolve(scope.cwd, request.cwd ?? '.')
  const opens = request.opens?.map(({ access, path }) => ({ access, path: resolve(cwd, path) }))
  const { script, purpose } = request
  const action = { kind: 'exec', script, shell, cwd, ...(opens && { opens }), ...(purpose && { purpose }) } as const
  let prepared: AllowedScript['prepared'] | undefined
  const allowed = await actions.authorize<ExecAction>(action, (allowedAction) => {
    prepared = prepareScript(request, allowedAction, scope)
    // Whoever is told of the script waits for it; an interrupt before that is told instead.
    prepared.catch(() => {})
  })
  return { allowed, prepared: prepared ?? prepareScript(request, allowed.action, scope) }
}

async function prepareScript(
  request: ExecRequest,
  { shell, cwd, opens = [] }: ExecAction,
  scope: ExecScope,
): AllowedScript['prepared'] {
  await assertDirectory(cwd)
  const how = await containment(cwd, opens, scope)
  const timeoutMs = timeoutOf(request, scope.gate)
  const env = { ...scope.env, ...(await networkVariables(how, scope.gate)) }
  const asked = { argv: [shell, request.login ? '-lc' : '-c', request.script] as const, env: {} }
  // What was allowed to this command alone is not there for the login files, which all commands share.
  const loginHow = async () => (opens.length === 0 ? how : await containment(cwd, [], scope))
  const started =
    (request.login && (await afterLogin(shell, request.script, { cwd, env, how: loginHow }, scope))) || asked
  const { max_output_bytes, max_cpu_seconds: cpuSeconds, max_file_bytes: fileBytes } = scope.gate.permissions.limits
  const command = {
    ...started,
    shownArgv: asked.argv,
    cwd,
    limits: { ...(cpuSeconds !== undefined && { cpuSeconds }), ...(fileBytes !== undefined && { fileBytes }) },
    env: { ...env, ...started.env, CODEX_TOOL_CALL_ID: scope.callId, ...traceVariables(scope.trace), ...request.env },
    maxOutputBytes: max_output_bytes ?? defaultMaxOutputBytes,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(request.stdin !== undefined && { stdin: request.stdin }),
  }
  return { command, how }
}

/** What tells a program how it reaches the network, or that it does not. */
export async function networkVariables(
  { policy }: CommandConfinement,
  { namedHosts }: Pick<Gate, 'namedHosts'>,
): Promise<Readonly<Record<string, string>>> {
  const network = policy?.network ?? 'host'
  if (network === 'host') return {}
  if (network === 'none') return { CODEX_SANDBOX_NETWORK_DISABLED: '1' }
  const { proxyEnvironment } = await import('../../sandbox/relay/proxy-environment.ts') // most turns reach no host
  return proxyEnvironment(network.relayPort, namedHosts())
}

/** What OpenTelemetry reads in the environment of a program that a traced one starts. */
function traceVariables(trace: TraceContext | undefined): Readonly<Record<string, string>> {
  if (trace === undefined) return {}
  const { traceparent, tracestate } = traceFields(trace)
  return { TRACEPARENT: traceparent, ...(tracestate !== undefined && { TRACESTATE: tracestate }) }
}

/** The script as after a login, without one; undefined where the shell has to log in with each command. */
async function afterLogin(
  shell: string,
  script: string,
  place: Pick<StateRun, 'cwd' | 'env' | 'how'>,
  { shellStates, supplies, redact, signal }: ExecScope,
): Promise<Pick<CommandRequest, 'argv' | 'env' | 'stateText'> | undefined> {
  // A file of the user's own is read with each command, where the state would be.
  if (place.env.BASH_ENV !== undefined) return undefined
  const state = await shellStates.of(shell, { ...place, supplies, redact, signal })
  return state && (await supplies.code()).shellState.withShellState(shell, script, state)
}

/** How a command ended, as the audit log has it. */
export function exitFacts({ timedOut, exitCode, limit }: Omit<CommandExit, 'output' | 'durationMs'>): OutcomeFacts {
  const detail = timedOut ? 'timed out' : limit && 'ended by a limit'
  return { exitCode, ...(detail !== undefined && { detail }) }
}

/** The hosts that were refused while it ran, as the audit log has them. */
export function hostFacts(refused: readonly string[]): OutcomeFacts {
  return refused.length === 0 ? {} : { deniedHosts: refused }
}

function assertPosixShell(shell: string, loginShell: string): void {
  if (posixShells.has(basename(shell)) && (shell === loginShell || shellDirectories.has(dirname(shell)))) return
  throw new CodexError('tool.input', `${shell} is not a shell that can be checked`, {
    hint: `Use one of ${[...posixShells].join(', ')}, and start other programs from it.`,
  })
}

/** What a confinement is made from. */
export type ContainmentScope = Pick<ExecScope, 'sandbox' | 'places' | 'protection' | 'temp' | 'network' | 'signal'> & {
  readonly gate: Pick<Gate, 'permissions' | 'protectedPaths' | 'granted'>
}

/** How a command in this directory is confined, with what was allowed to it alone. @throws CodexError `sandbox.*` */
export async function containment(
  cwd: string,
  opens: readonly Opening[],
  scope: ContainmentScope,
): Promise<CommandConfinement> {
  const sandbox = await scope.sandbox()
  if (sandbox === 'none') return {}
  if (sandbox === 'unavailable') {
    throw new CodexError('sandbox.unavailable', 'No sandbox backend works here, so no command runs', {
      hint: 'See codex doctor.',
    })
  }
  const { places, protection, temp, gate } = scope
  const { buildSandboxPolicy } = await import('../../security/sandbox-policy.ts')
  const granted = [...gate.granted(), ...opens]
  const network = await scope.network.of(sandbox)
  const { permissions, protectedPaths } = gate
  const held = { permissions, granted, places, protectedPaths, cwd, protection, temp, network }
  const policy = await buildSandboxPolicy(held)
  return { backend: sandbox, policy }
}

/** The asked one, but never more than the permissions allow; undefined where neither says anything. */
function timeoutOf(request: ExecRequest, gate: Gate): number | undefined {
  const limit = gate.permissions.limits.command_timeout_ms
  const asked = request.timeoutMs
  return asked === undefined || limit === undefined ? (asked ?? limit) : Math.min(asked, limit)
}

/** Starting a process in a missing directory reports the program as missing, which misleads. */
async function assertDirectory(cwd: string): Promise<void> {
  const found = await stat(cwd).catch((error: unknown) => {
    throw fileErrorCode(error) === 'ENOENT' ? fileError('ENOENT', 'no such directory to run in', cwd) : error
  })
  if (!found.isDirectory()) throw fileError('ENOTDIR', 'not a directory', cwd)
}
