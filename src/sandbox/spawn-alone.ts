import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

/** A pipe to this process, /dev/null, or an open file of this process. */
export type Stream = 'pipe' | 'ignore' | number

/** What a child gets of open files. */
export interface ChildDescriptors {
  /** Its first three. */
  readonly standard: readonly [Stream, Stream, Stream]
  /** Further ones, by the number that the child sees. */
  readonly fds: Readonly<Record<number, number>>
  /** Of this process, and not for the child. */
  readonly inherited: readonly number[]
}

/** Starts a process with no open file but those given. @throws Error of `node:child_process` and `node:fs`; others come as the child's `error` */
export function spawnAlone(
  [file, ...args]: readonly [string, ...string[]],
  options: SpawnOptions,
  { standard, fds, inherited }: ChildDescriptors,
): ChildProcess {
  const stdio: Stream[] = [...standard]
  // 'ignore' closes nothing above 2: what must not be inherited is replaced by /dev/null.
  const nullFd = inherited.length > 0 ? openSync('/dev/null', 'r') : undefined
  try {
    if (nullFd !== undefined) for (const fd of inherited) stdio[fd] = nullFd
    for (const [childFd, fd] of Object.entries(fds)) stdio[Number(childFd)] = fd
    return spawn(file, args, { ...options, windowsHide: true, stdio: Array.from(stdio, (entry) => entry ?? 'ignore') })
  } finally {
    if (nullFd !== undefined) closeSync(nullFd)
  }
}
