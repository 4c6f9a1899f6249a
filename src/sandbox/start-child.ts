import type { ChildProcess } from 'node:child_process'
import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import { constants } from 'node:os'
import { openPipe } from './native/open-pipe.ts'
import { posixSpawn, type SpawnedProcess } from './native/posix-spawn.ts'
import { type Stream, spawnAlone } from './spawn-alone.ts'

export interface ChildSpec {
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Its first three descriptors. Absent: nothing to read, and nobody reads what it writes. */
  readonly standard?: readonly [Stream, Stream, Stream]
  /** Further ones, by the number that the child sees. */
  readonly fds?: Readonly<Record<number, number>>
  /** Of this process, and not for the child. */
  readonly inherited?: readonly number[]
  /** True: it leads a session, and with it a process group. */
  readonly leadsSession?: boolean
  /** False: this program does not go on for it. Default true. */
  readonly isWaitedFor?: boolean
}

/** A child, with our ends of those of its first three descriptors that are pipes. */
export interface Child {
  /** Its number. Rejects where it did not start: an Error of `node:child_process` */
  readonly pid: Promise<number>
  /** The exit code, 128 + N where signal N ended it. Never settles where it did not start. */
  readonly exited: Promise<number>
  readonly stdin?: Socket
  readonly stdout?: Socket
  readonly stderr?: Socket
}

/**
 * Starts a process with no descriptor but those given: by posix_spawn(3) where that can be called, else by node:child_process
 * (docs/decisions/commands-by-posix-spawn.md).
 * @throws Error of `node:child_process` and `node:fs`
 */
export function startChild(spec: ChildSpec): Child {
  return spawnNatively(spec) ?? spawnByNode(spec)
}

/** The same with a pipe for each of its first three descriptors. */
export function startPiped(spec: Omit<ChildSpec, 'standard'>): Required<Child> {
  return startChild({ ...spec, standard: ['pipe', 'pipe', 'pipe'] }) as Required<Child> // all three were asked for
}

const names = ['stdin', 'stdout', 'stderr'] as const

function spawnNatively(spec: ChildSpec): Child | undefined {
  const { argv, cwd, env, standard = [], inherited = [], leadsSession = false, isWaitedFor = true } = spec
  const fds: Record<number, number> = { ...spec.fds }
  const ours: { readonly name: (typeof names)[number]; readonly fd: number }[] = []
  const theirs: number[] = []
  let child: SpawnedProcess | undefined
  try {
    for (const [index, name] of names.entries()) {
      const stream = standard[index] ?? 'ignore'
      if (typeof stream === 'number') fds[index] = stream
      if (stream !== 'pipe') continue
      const pipe = openPipe()
      if (!pipe) return undefined
      const [own, given] = index === 0 ? [pipe.writeFd, pipe.readFd] : [pipe.readFd, pipe.writeFd]
      ours.push({ name, fd: own })
      theirs.push(given)
      fds[index] = given
    }
    child = posixSpawn({ argv, cwd, env, fds, inherited, leadsSession, isWaitedFor })
  } finally {
    for (const fd of theirs) closeSync(fd)
    if (!child) for (const { fd } of ours) closeSync(fd)
  }
  if (!child) return undefined
  const streams = ours.map(({ name, fd }) => [
    name,
    new Socket({ fd, readable: name !== 'stdin', writable: name === 'stdin' }),
  ])
  return { pid: Promise.resolve(child.pid), exited: child.exited, ...Object.fromEntries(streams) }
}

function spawnByNode(spec: ChildSpec): Child {
  const { argv, cwd, env, standard, fds = {}, inherited = [], leadsSession = false, isWaitedFor = true } = spec
  const ignored = ['ignore', 'ignore', 'ignore'] as const
  const options = { cwd, env, detached: leadsSession }
  const child = spawnAlone(argv, options, { standard: standard ?? ignored, fds, inherited })
  if (!isWaitedFor) child.unref()
  const streams = names.flatMap((name) => (child[name] ? [[name, child[name]]] : []))
  return { pid: pidOf(child), exited: exitOf(child), ...Object.fromEntries(streams) }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((settle) => {
    child.on('exit', (code, signal) => settle(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

function pidOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('spawn', () => {
      if (child.pid !== undefined) resolve(child.pid)
    })
  })
}
