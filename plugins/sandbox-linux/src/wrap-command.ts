import { closeSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CodexError, type SandboxCommand, type SandboxPolicy, type WrappedCommand } from 'codex-kernel/plugin-api'
import { type ClosedDirectory, closedDirectory } from './closed-directory.ts'
import { findBubblewrap } from './find-bubblewrap.ts'
import { grantedMounts } from './granted-mounts.ts'
import { joinNetwork } from './joined-network.ts'
import { openMemoryFile } from './memory-file.ts'
import { isShown, mountArguments } from './mounts.ts'
import { ownerCapabilities } from './owner-capabilities.ts'
import { holdPlaceholder, type Placeholder } from './placeholder.ts'
import { privateDirectory } from './private-directory.ts'
import { processLimits } from './process-limits.ts'
import { protectedEntries } from './protected-entries.ts'
import { seccompFilter } from './seccomp-filter.ts'
import { syscallTable } from './syscall-table.ts'

/** Numbers of the descriptors that bubblewrap reads from; it closes each, so that the command sees none. */
const childFds = { args: 3, seccomp: 4, marker: 5 } as const
/** From here on, what a person allowed; below it lies what a shell's state is read from. */
const firstGrantedFd = 20
/** Copied by bubblewrap as the last step of its set-up: once it has been read, the mounts stand. */
const markerPath = '/run/codex-sandbox'

/** A command line that runs a command under bubblewrap as a policy says. @throws CodexError `sandbox.failed` */
export async function wrapCommand(command: SandboxCommand, given: SandboxPolicy): Promise<WrappedCommand> {
  // With the machine's temp directory that is a writable root like the others, so that what is protected in it holds.
  const policy = given.temp === 'host' ? { ...given, writable: [...new Set([...given.writable, '/tmp'])] } : given
  const releases: (() => void | Promise<void>)[] = []
  const release = async (): Promise<void> => {
    for (const next of releases.splice(0).reverse()) await next()
  }
  try {
    const program = required(
      findBubblewrap(),
      'bubblewrap is not installed',
      'Install bubblewrap with the package manager.',
    )
    const table = required(
      syscallTable(process.arch),
      `there is no system call table for ${process.arch}`,
      'Use x64 or arm64.',
    )
    const directory = mkdtempSync(join(privateDirectory(), `run-${process.pid}-`))
    releases.push(() => rmSync(directory, { recursive: true, force: true }))
    const maskFile = join(directory, 'mask')
    writeFileSync(maskFile, '', { mode: 0o000 })

    const fds: Record<number, number> = {}
    const give = (fd: number): number => {
      const number = firstGrantedFd + Object.keys(fds).length
      fds[number] = fd
      releases.push(() => closeSync(fd))
      return number
    }
    const granted = grantedMounts(policy, (path) => isShown(path, policy), give)
    let concluded: { readonly notes: string | undefined } | undefined
    const conclude = () => {
      concluded ??= { notes: granted.conclude() }
      return concluded.notes
    }
    releases.push(() => {
      conclude()
      granted.release()
    })

    const entries = protectedEntries({ ...policy, writable: [...policy.writable, ...granted.writable] })
    for (const entry of entries) {
      if (entry.missing === undefined) continue
      const placeholder: Placeholder = holdPlaceholder(entry.path, entry.missing)
      releases.push(() => placeholder.release())
    }
    const limits = processLimits(policy.limits)
    releases.push(() => limits.cleanup())

    const open = (content: Uint8Array): number => {
      const fd = openMemoryFile(directory, content)
      releases.push(() => closeSync(fd))
      return fd
    }
    const args = [...isolationArguments(policy), ...mountArguments(policy, entries, maskFile, granted, give)]
    const env = { ...command.env, ...temporaryDirectory(policy), ...networkNotice(policy) }
    args.push(...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]))
    args.push('--file', String(childFds.marker), markerPath, '--chdir', policy.cwd)
    const marker = open(Buffer.from('1'))
    return {
      // The arguments go by descriptor: they may be longer than a command line, and /proc/1/cmdline does not show them.
      argv: [
        ...limits.before,
        ...joinNetwork(policy.network),
        program,
        '--args',
        String(childFds.args),
        '--',
        ...limits.inside,
        ...command.argv,
      ] as [string, ...string[]], // never empty: the program is in it
      // What sets the sandbox up is outside of it, and the command's environment may load code (LD_PRELOAD, ld.so(8)).
      env: {},
      fds: {
        ...fds,
        [childFds.args]: open(Buffer.from(args.map((word) => `${word}\0`).join(''))),
        [childFds.seccomp]: open(seccompFilter(table)),
        [childFds.marker]: marker,
      },
      hasFailed: async () => !/^pos:\s*1$/m.test(readFileSync(`/proc/self/fdinfo/${marker}`, 'utf8')),
      async explainFailure() {
        const closed = closedDirectory([...entries.map(({ path }) => path), ...policy.denyRead])
        return closed && closedText(closed)
      },
      conclude: async () => conclude(),
      cleanup: release,
    }
  } catch (cause) {
    await release()
    if (cause instanceof CodexError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CodexError('sandbox.failed', `The sandbox could not be prepared: ${reason}`, { cause })
  }
}

/** The command could not enter it either: it fails all the same, since its owner can open it while the command runs. */
function closedText({ directory, userId, mode, path }: ClosedDirectory) {
  return {
    reason: `no command may enter ${directory} (of user ${userId}, mode ${mode}), so ${path} cannot be protected`,
    fix: `Let commands write less than what holds ${directory}, move it elsewhere, or let others enter it: chmod o+x ${directory}`,
  }
}

/** No capability but those asked for, no new privilege, own namespaces; nothing outlives the command or the program that started it. */
function isolationArguments(policy: SandboxPolicy): readonly string[] {
  const capabilities = policy.actsForOthers ? ownerCapabilities() : []
  return [
    // In a user namespace of its own a process has no capability over files of others.
    ...(capabilities.length > 0 ? [] : ['--unshare-user']),
    ...['--unshare-ipc', '--unshare-pid', '--unshare-uts', '--unshare-cgroup-try'],
    ...(policy.network === 'none' ? ['--unshare-net'] : []),
    ...['--cap-drop', 'ALL', ...capabilities.flatMap((name) => ['--cap-add', name])],
    ...['--new-session', '--die-with-parent', '--seccomp', String(childFds.seccomp)],
  ]
}

function temporaryDirectory(policy: SandboxPolicy): Readonly<Record<string, string>> {
  return policy.temp === 'private' ? { TMPDIR: '/tmp', TMP: '/tmp', TEMP: '/tmp' } : {}
}

function networkNotice(policy: SandboxPolicy): Readonly<Record<string, string>> {
  return policy.network === 'none' ? { CODEX_SANDBOX_NETWORK_DISABLED: '1' } : {}
}

function required<T>(value: T | undefined, reason: string, hint: string): T {
  if (value === undefined)
    throw new CodexError('sandbox.failed', `The sandbox could not be prepared: ${reason}.`, { hint })
  return value
}
