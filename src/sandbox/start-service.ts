import { statSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { settledWithin } from '../kernel/settled-within.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { Service } from '../plugin-api/tool-source.ts'
import type { CommandSupplies } from './command-supplies.ts'
import { endProcessGroup, endProcessTree } from './end-process-tree.ts'
import { keepEnd } from './keep-end.ts'
import { startPiped } from './start-child.ts'

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
  const start = async () => {
    const env = { ...spec.env, ...mark.env }
    const child = startPiped({ ...spec, env, inherited: supplies.inherited(), leadsSession: true })
    return { ...child, pid: await child.pid }
  }
  const { pid, exited, stdin, stdout, stderr } = await start().catch((cause: unknown) => {
    throw notStarted(spec, cause)
  })
  const releaseGuard = supplies.guard(pid)
  const errors = keepEnd(stderr)
  // What is written to a program that has gone is told by `write`, and by its end.
  stdin.on('error', () => undefined)
  let hasExited = false
  exited.then(() => {
    hasExited = true
  })
  let ending: Promise<void> | undefined

  async function end(): Promise<void> {
    stdin.end()
    await settledWithin(exited, graceMs)
    if (hasExited) endProcessGroup(pid)
    else await endProcessTree(pid, exited, graceMs, AbortSignal.timeout(2 * graceMs))
    mark.end()
    releaseGuard()
    stdout.destroy()
    stderr.destroy()
  }

  return {
    pid,
    exited,
    output: stdout,
    errorText: () => redact(errors()).trim(),
    write: (text) => writeText(stdin, text),
    endInput: () => void stdin.end(),
    end() {
      ending ??= end()
      return ending
    },
  }
}

async function writeText(stdin: Writable, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stdin.write(text, (error) => (error ? reject(error) : resolve()))
  })
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
