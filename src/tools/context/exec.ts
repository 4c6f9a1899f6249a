import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import {
  CodexError,
  type ExecEvent,
  type ExecRequest,
  type SandboxBackend,
  type SandboxPolicy,
} from '../../plugin-api/index.ts'
import type { CommandSupplies } from '../../sandbox/command-supplies.ts'
import type { Gate } from '../../security/gate.ts'
import type { Places } from '../../security/places.ts'
import type { ActionScope } from './gated-action.ts'
import { fileError } from './read-real-file.ts'
import { redactStream } from './redact-stream.ts'

/** How the commands of a thread run. */
export interface ExecDeps {
  /** What `commandEnvironment` gave. */
  readonly env: Readonly<Record<string, string>>
  /** The user's login shell. */
  readonly shell: string
  /** Found at the first command: looking for it starts a process. `none`: directly, which only a profile that says so may choose; `unavailable`: no backend works here. */
  sandbox(): Promise<SandboxBackend | 'none' | 'unavailable'>
  readonly places: Places
  readonly protection: 'on' | 'lifted'
  readonly temp: 'private' | 'host'
  /** For the commands of one thread; whoever made them closes them. */
  readonly supplies: CommandSupplies
}

const defaultTimeoutMs = 600_000
const defaultMaxOutputBytes = 1024 * 1024
/** Shells of the language that the exec policy reads: in another one, a script would mean something else than was checked. */
const posixShells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ksh', 'zsh'])
/** Where shells of the system lie; a program elsewhere may only be named like one. `.` is a bare name, found by PATH. */
const shellDirectories: ReadonlySet<string> = new Set(['.', '/bin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'])

export interface ExecScope extends ExecDeps {
  readonly gate: Gate
  readonly cwd: string
  readonly callId: string
  redact(text: string): string
  readonly signal: AbortSignal
}

/** A shell script through the gate, in the sandbox; secrets are taken out of what it prints. */
export async function* execScript(
  request: ExecRequest,
  actions: ActionScope,
  scope: ExecScope,
): AsyncGenerator<ExecEvent> {
  const shell = request.shell ?? scope.shell
  assertPosixShell(shell, scope.shell)
  const allowed = await actions.authorize({
    kind: 'exec',
    script: request.script,
    shell,
    cwd: resolve(scope.cwd, request.cwd ?? '.'),
  })
  const { cwd } = allowed.action
  let ending: { readonly detail: string } | { readonly error: unknown } = { detail: 'ended by its reader' }
  try {
    await assertDirectory(cwd)
    const how = await containment(cwd, scope)
    const env = {
      ...scope.env,
      CODEX_TOOL_CALL_ID: scope.callId,
      ...(how.policy?.network === 'none' && { CODEX_SANDBOX_NETWORK_DISABLED: '1' }),
      ...request.env,
    }
    const command = {
      argv: [shell, request.login ? '-lc' : '-c', request.script] as const,
      cwd,
      env,
      timeoutMs: timeoutOf(request, scope.gate),
      maxOutputBytes: scope.gate.permissions.limits.max_output_bytes ?? defaultMaxOutputBytes,
      ...(request.stdin !== undefined && { stdin: request.stdin }),
    }
    const { runCommand } = await import('../../sandbox/run-command.ts') // most turns start no command
    for await (const event of redactStream(runCommand(command, how, scope.supplies, scope.signal), scope.redact)) {
      if (event.type === 'exit') ending = { detail: event.timedOut ? 'timed out' : `exit ${event.exitCode}` }
      yield event
    }
  } catch (error) {
    ending = { error }
    throw error
  } finally {
    await ('error' in ending ? allowed.failed(ending.error) : allowed.done(ending.detail))
  }
}

function assertPosixShell(shell: string, loginShell: string): void {
  if (posixShells.has(basename(shell)) && (shell === loginShell || shellDirectories.has(dirname(shell)))) return
  throw new CodexError('tool.input', `${shell} is not a shell that can be checked`, {
    hint: `Use one of ${[...posixShells].join(', ')}, and start other programs from it.`,
  })
}

async function containment(
  cwd: string,
  scope: ExecScope,
): Promise<{ readonly backend?: SandboxBackend; readonly policy?: SandboxPolicy }> {
  const sandbox = await scope.sandbox()
  if (sandbox === 'none') return {}
  if (sandbox === 'unavailable') {
    throw new CodexError('sandbox.unavailable', 'No sandbox backend works here, so no command runs', {
      hint: 'See codex doctor.',
    })
  }
  const { places, protection, temp } = scope
  const { buildSandboxPolicy } = await import('../../security/sandbox-policy.ts')
  const policy = await buildSandboxPolicy({ permissions: scope.gate.permissions, places, cwd, protection, temp })
  return { backend: sandbox, policy }
}

/** The asked one, or the default, but never more than the permissions allow. */
function timeoutOf(request: ExecRequest, gate: Gate): number {
  const limit = gate.permissions.limits.command_timeout_ms ?? Number.POSITIVE_INFINITY
  return Math.min(request.timeoutMs ?? defaultTimeoutMs, limit)
}

/** Starting a process in a missing directory reports the program as missing, which misleads. */
async function assertDirectory(cwd: string): Promise<void> {
  const found = await stat(cwd)
  if (!found.isDirectory()) throw fileError('ENOTDIR', 'not a directory', cwd)
}
