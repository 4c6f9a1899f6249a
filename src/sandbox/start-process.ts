import { CodexError } from '../plugin-api/errors.ts'
import { closeAll, openCommandInput } from './command-input.ts'
import type { SpawnedProcess } from './native/posix-spawn.ts'
import { stateFd } from './shell-state.ts'
import { startChild } from './start-child.ts'

export interface ProcessSpec {
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Absent: nothing to read. */
  readonly stdin?: string | undefined
  /** What it reads on `stateFd`. Absent: nothing is there. */
  readonly stateText?: string | undefined
  /** stdout and stderr, both; on a terminal stdin too. */
  readonly outputFd: number
  /** True: `outputFd` is a terminal. Default false. */
  readonly isOnTerminal?: boolean
  /** Whether it leads a process group from the beginning. Default true; false for what begins a session of its own, which the leader of a group cannot. */
  readonly leadsGroup?: boolean
  /** Of this process, and not for the child. */
  readonly inherited: readonly number[]
  /** Further descriptors, by the number that the child sees. */
  readonly fds: Readonly<Record<number, number>>
}

/**
 * Starts a process as leader of a group of its own, with no descriptor but those given.
 * @throws CodexError `sandbox.failed`
 */
export async function startProcess(spec: ProcessSpec): Promise<SpawnedProcess> {
  const { argv, cwd, env, outputFd, inherited, leadsGroup: leadsSession = true } = spec
  const inputFd = spec.stdin === undefined ? undefined : openCommandInput(spec.stdin)
  const openedStateFd = spec.stateText === undefined ? undefined : openCommandInput(spec.stateText)
  const fds = { ...(openedStateFd !== undefined && { [stateFd]: openedStateFd }), ...spec.fds }
  try {
    const input = spec.isOnTerminal ? outputFd : (inputFd ?? 'ignore')
    const standard = [input, outputFd, outputFd] as const
    const child = startChild({ argv, cwd, env, standard, fds, inherited, leadsSession })
    return { pid: await child.pid, exited: child.exited }
  } catch (cause) {
    throw notStarted(spec, cause)
  } finally {
    closeAll([inputFd, openedStateFd])
  }
}

function notStarted(spec: ProcessSpec, cause: unknown): CodexError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new CodexError('sandbox.failed', `${spec.argv[0]} could not be started in ${spec.cwd}: ${reason}`, {
    hint: 'Check that the program is installed and the directory exists.',
    cause,
  })
}
