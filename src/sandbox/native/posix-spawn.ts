import { constants } from 'node:fs'
import { isAbsolute } from 'node:path'
import { lazily } from '../../kernel/lazily.ts'
import { cFunctions } from './c-library.ts'
import { watchChildren } from './child-exits.ts'

export interface SpawnSpec {
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** True: it leads a session, and with it a process group. */
  readonly leadsSession: boolean
  /** Open files of this process, by the number that the child sees. Of the first three, those that are absent are /dev/null. */
  readonly fds: Readonly<Record<number, number>>
  /** Of this process, and not for the child. */
  readonly inherited: readonly number[]
  /** False: this program does not go on for it. */
  readonly isWaitedFor: boolean
}

/** A process that was started, which is a child of this one. */
export interface SpawnedProcess {
  readonly pid: number
  /** The exit code, 128 + N where signal N ended it. */
  readonly exited: Promise<number>
}

/**
 * Starts a process by posix_spawn(3), which takes 0.1 ms; Node forks, which copies the page tables of all its memory first:
 * 2 to 4 ms of a turn (measured). Undefined where it cannot be done so, whatever the reason: then nothing was started, and Node
 * starts it, or says why not.
 */
export function posixSpawn(spec: SpawnSpec): SpawnedProcess | undefined {
  const texts = [...spec.argv, spec.cwd, ...Object.entries(spec.env).flat()]
  // What Node refuses, and what it looks for in the PATH of the child.
  if (texts.some((text) => text.includes('\0')) || !isAbsolute(spec.argv[0])) return undefined
  const prepared = libraryParts()
  if (!prepared) return undefined
  const { libc, attributes, exitOfChild } = prepared
  const actions = Buffer.alloc(opaqueBytes)
  if (libc.posix_spawn_file_actions_init(actions) !== 0) return undefined
  try {
    const pid = new Int32Array(1)
    const environment = Object.entries(spec.env).map(([name, value]) => `${name}=${value}`)
    const isStarted =
      addActions(libc, actions, spec) &&
      libc.posix_spawn(
        ...[pid, spec.argv[0], actions, spec.leadsSession ? attributes.leading : attributes.following],
        ...[
          [...spec.argv, null],
          [...environment, null],
        ],
      ) === 0
    return isStarted && pid[0] ? { pid: pid[0], exited: exitOfChild(pid[0], spec.isWaitedFor) } : undefined
  } catch {
    return undefined // more words than koffi hands over
  } finally {
    libc.posix_spawn_file_actions_destroy(actions)
  }
}

const functions = cFunctions({
  posix_spawn:
    'int posix_spawn(void *pid, const char *path, void *actions, void *attributes, const char **argv, const char **envp)',
  posix_spawn_file_actions_init: 'int posix_spawn_file_actions_init(void *actions)',
  posix_spawn_file_actions_destroy: 'int posix_spawn_file_actions_destroy(void *actions)',
  posix_spawn_file_actions_addopen:
    'int posix_spawn_file_actions_addopen(void *actions, int fd, const char *path, int flags, unsigned int mode)',
  posix_spawn_file_actions_adddup2: 'int posix_spawn_file_actions_adddup2(void *actions, int fd, int to)',
  posix_spawn_file_actions_addclose: 'int posix_spawn_file_actions_addclose(void *actions, int fd)',
  posix_spawn_file_actions_addchdir_np: 'int posix_spawn_file_actions_addchdir_np(void *actions, const char *path)',
  posix_spawnattr_init: 'int posix_spawnattr_init(void *attributes)',
  posix_spawnattr_setflags: 'int posix_spawnattr_setflags(void *attributes, short flags)',
  posix_spawnattr_setsigdefault: 'int posix_spawnattr_setsigdefault(void *attributes, void *signals)',
  posix_spawnattr_setsigmask: 'int posix_spawnattr_setsigmask(void *attributes, void *signals)',
  sigfillset: 'int sigfillset(void *signals)',
  sigemptyset: 'int sigemptyset(void *signals)',
  waitpid: 'int waitpid(int pid, void *status, int options)',
})

type Functions = NonNullable<ReturnType<typeof functions>>
/** More than any of its structures takes: glibc's attributes are 336 bytes, a set of signals 128. */
const opaqueBytes = 512
/** spawn.h of glibc. */
const flags = { setSignalDefaults: 0x04, setSignalMask: 0x08, setSession: 0x80 } as const

const libraryParts = lazily(() => {
  const libc = functions()
  if (!libc) return undefined
  const common = flags.setSignalDefaults | flags.setSignalMask
  // Of a process that leads a session, and of one that does not.
  const [leading, following] = [common | flags.setSession, common].map((value) => attributesOf(libc, value))
  return leading && following && { libc, attributes: { leading, following }, exitOfChild: watchChildren(libc.waitpid) }
})

/** As Node starts its children: no signal is ignored or held back, though this process ignores SIGPIPE. */
function attributesOf(libc: Functions, value: number): Buffer | undefined {
  const [made, all, none] = [Buffer.alloc(opaqueBytes), Buffer.alloc(opaqueBytes), Buffer.alloc(opaqueBytes)]
  const results = [
    libc.posix_spawnattr_init(made),
    libc.sigfillset(all),
    libc.sigemptyset(none),
    libc.posix_spawnattr_setsigdefault(made, all),
    libc.posix_spawnattr_setsigmask(made, none),
    libc.posix_spawnattr_setflags(made, value),
  ]
  return results.every((result) => result === 0) ? made : undefined
}

/** What the child does before it becomes the program. False where that could not be said. */
function addActions(libc: Functions, actions: Buffer, { cwd, fds, inherited }: SpawnSpec): boolean {
  const given = Object.entries(fds).map(([childFd, fd]) => ({ childFd: Number(childFd), fd }))
  // A descriptor may have the number that another one gets: all are put out of the way first.
  const firstFree = Math.max(2, ...inherited, ...given.flatMap(({ childFd, fd }) => [childFd, fd])) + 1
  const {
    posix_spawn_file_actions_addclose: close,
    posix_spawn_file_actions_adddup2: duplicate,
    posix_spawn_file_actions_addopen: open,
  } = libc
  const results = [
    ...given.map(({ fd }, index) => duplicate(actions, fd, firstFree + index)),
    ...inherited.map((fd) => close(actions, fd)),
    ...[0, 1, 2].filter((fd) => !(fd in fds)).map((fd) => open(actions, fd, '/dev/null', constants.O_RDWR, 0)),
    ...given.map(({ childFd }, index) => duplicate(actions, firstFree + index, childFd)),
    ...given.map((_, index) => close(actions, firstFree + index)),
    libc.posix_spawn_file_actions_addchdir_np(actions, cwd),
  ]
  return results.every((result) => result === 0)
}
