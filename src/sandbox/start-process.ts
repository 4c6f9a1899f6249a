import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { CodexError } from '../plugin-api/errors.ts'
import { closeAll, openCommandInput } from './command-input.ts'
import { stateFd } from './shell-state.ts'
import { spawnAlone } from './spawn-alone.ts'

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

export interface StartedProcess {
  readonly pid: number
  /** The exit code, 128 + N where signal N ended it. */
  readonly exited: Promise<number>
}

/**
 * Starts a process as leader of a group of its own, with no descriptor but those given. By node:child_process: execa
 * starts one as fast, but takes 91 to 110 ms to import (measured), more than twenty commands take here, and what it adds
 * does not serve: it ends the child and not its tree, and its pipes are socket pairs.
 * @throws CodexError `sandbox.failed`
 */
export async function startProcess(spec: ProcessSpec): Promise<StartedProcess> {
  const inputFd = spec.stdin === undefined ? undefined : openCommandInput(spec.stdin)
  const openedStateFd = spec.stateText === undefined ? undefined : openCommandInput(spec.stateText)
  const { outputFd } = spec
  const fds = { ...(openedStateFd !== undefined && { [stateFd]: openedStateFd }), ...spec.fds }
  try {
    const options = { cwd: spec.cwd, env: spec.env, detached: spec.leadsGroup ?? true }
    const input = spec.isOnTerminal ? outputFd : (inputFd ?? 'ignore')
    const standard = [input, outputFd, outputFd] as const
    const child = spawnAlone(spec.argv, options, { standard, fds, inherited: spec.inherited })
    return await started(child)
  } catch (cause) {
    throw notStarted(spec, cause)
  } finally {
    closeAll([inputFd, openedStateFd])
  }
}

function started(child: ChildProcess): Promise<StartedProcess> {
  return new Promise((resolve, reject) => {
    const exited = new Promise<number>((settle) => {
      child.on('exit', (code, signal) => settle(code ?? 128 + (signal ? constants.signals[signal] : 0)))
    })
    child.on('error', reject)
    child.on('spawn', () => {
      if (child.pid !== undefined) resolve({ pid: child.pid, exited })
    })
  })
}

function notStarted(spec: ProcessSpec, cause: unknown): CodexError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new CodexError('sandbox.failed', `${spec.argv[0]} could not be started in ${spec.cwd}: ${reason}`, {
    hint: 'Check that the program is installed and the directory exists.',
    cause,
  })
}
