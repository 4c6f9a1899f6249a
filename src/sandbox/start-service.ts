import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { CodexError } from '../plugin-api/errors.ts'
import type { Service } from '../plugin-api/tool-source.ts'
import type { CommandSupplies } from './command-supplies.ts'
import { endProcessGroup, endProcessTree } from './end-process-tree.ts'
import { keepEnd } from './keep-end.ts'
import { spawnAlone } from './spawn-alone.ts'

export interface ServiceSpec {
  /** No shell reads it. */
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Further descriptors, by the number that the child sees. */
  readonly fds: Readonly<Record<number, number>>
}

/** A program that was started, before it is said how it is held. */
export type StartedService = Omit<Service, 'confinement' | 'takeRefusedHosts'>

/** How long a service may take to end once its input is closed, and again once it is told to. */
const graceMs = 500

/**
 * Starts a program that runs beside a thread, as leader of a group of its own. The thread's death watch ends
 * the group, and whatever bears its mark, where this process ends without having done so (kill -9).
 *
 * @throws CodexError `sandbox.failed`: it did not start; the abort reason
 */
export async function startService(
  spec: ServiceSpec,
  redact: (text: string) => string,
  supplies: Pick<CommandSupplies, 'inherited' | 'mark' | 'guard'>,
  signal: AbortSignal,
): Promise<StartedService> {
  signal.throwIfAborted()
  assertDirectory(spec)
  const mark = supplies.mark('CODEX_SERVICE_ID')
  const child = await startChild(spec, supplies.inherited(), { ...spec.env, ...mark.env })
  const pid = child.pid ?? 0
  const releaseGuard = supplies.guard(pid)
  const errors = keepEnd(child.stderr)
  // What is written to a program that has gone is told by `write`, and by its end.
  child.stdin.on('error', () => undefined)
  const exited = once(child, 'exit').then(([code, name]): number => exitCodeOf(code, name))
  let ending: Promise<void> | undefined

  async function end(): Promise<void> {
    child.stdin.end()
    const waiting = new AbortController()
    await Promise.race([exited, delay(graceMs, undefined, { signal: waiting.signal }).catch(() => undefined)])
    waiting.abort()
    if (child.exitCode === null && child.signalCode === null) {
      await endProcessTree(pid, exited, graceMs, AbortSignal.timeout(2 * graceMs))
    } else endProcessGroup(pid)
    mark.end()
    releaseGuard()
    child.stdout.destroy()
    child.stderr.destroy()
  }

  return {
    pid,
    exited,
    output: child.stdout,
    errorText: () => redact(errors()).trim(),
    write: (text) => writeText(child.stdin, text),
    endInput: () => void child.stdin.end(),
    end() {
      ending ??= end()
      return ending
    },
  }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

async function startChild(
  spec: ServiceSpec,
  inherited: readonly number[],
  env: Readonly<Record<string, string>>,
): Promise<Child> {
  const options = { cwd: spec.cwd, env, detached: true }
  const descriptors = { standard: ['pipe', 'pipe', 'pipe'], fds: spec.fds, inherited } as const
  try {
    // The first three are pipes.
    const child = spawnAlone(spec.argv, options, descriptors) as Child
    await once(child, 'spawn')
    return child
  } catch (cause) {
    throw notStarted(spec, cause)
  }
}

async function writeText(stdin: Writable, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stdin.write(text, (error) => (error ? reject(error) : resolve()))
  })
}

function exitCodeOf(code: unknown, name: unknown): number {
  if (typeof code === 'number') return code
  const signals: Readonly<Record<string, number>> = constants.signals
  return 128 + (signals[String(name)] ?? 0)
}

/** Starting a process in a missing directory reports the program as missing, which misleads. */
function assertDirectory(spec: ServiceSpec): void {
  if (statSync(spec.cwd, { throwIfNoEntry: false })?.isDirectory()) return
  throw notStarted(spec, new Error('there is no such directory'))
}

function notStarted(spec: ServiceSpec, cause: unknown): CodexError {
  const reason =
    cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
      ? 'there is no such program'
      : cause instanceof Error
        ? cause.message
        : String(cause)
  return new CodexError('sandbox.failed', `${spec.argv[0]} could not be started in ${spec.cwd}: ${reason}`, {
    hint: 'Check that the program is installed and the directory exists.',
    cause,
  })
}
