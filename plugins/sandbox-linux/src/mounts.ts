import { accessSync, constants, lstatSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { CodexError, type SandboxPolicy } from 'codex-kernel/plugin-api'
import type { GrantedMounts } from './granted-mounts.ts'
import { isWithin } from './is-within.ts'
import type { Mount } from './mount.ts'
import { openAsNamed } from './open-as-named.ts'
import { byDepth, type ProtectedEntry } from './protected-entries.ts'

/** Directories that a sandbox has of its own. */
const ownDirectories = ['/dev', '/proc', '/run', '/tmp'] as const

/** What a program needs to start at all, readable where a policy names its readable paths. */
const systemDirectories = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc', '/nix/store', '/opt'] as const

/** Of the host's /run, what names and libraries are looked up by; no sockets. */
const runtimePaths = ['/run/systemd/resolve', '/run/current-system', '/run/opengl-driver', '/run/wrappers'] as const

/** Through these root could change the machine even without any capability: their files ask for none (as root, seen). */
const procCovers = [
  '/proc/sys',
  '/proc/sysrq-trigger',
  '/proc/irq',
  '/proc/bus',
  '/proc/acpi',
  '/proc/scsi',
  '/proc/fs',
] as const

/**
 * bubblewrap's arguments for the file system of a policy, in the only order that holds: the disk read-only, the sandbox's
 * own directories, what is writable, what in it is protected, what was granted besides, and what must not be read last.
 * `maskFile` is a file that nobody may read, put over denied files: reading gives EACCES and not an empty answer. `give` hands a
 * descriptor on to the sandbox and gives its number there; it is closed with the command.
 * @throws CodexError `sandbox.failed` where the policy's directory would not exist inside
 */
export function mountArguments(
  policy: SandboxPolicy,
  protectedPaths: readonly ProtectedEntry[],
  maskFile: string,
  granted: Pick<GrantedMounts, 'shown' | 'existing' | 'staged'>,
  give: (fd: number) => number,
): readonly string[] {
  // By an open descriptor: another command could put a link in the place of a name between the look at it and the mount.
  const opened = (path: string, how: '--bind-fd' | '--ro-bind-fd'): Mount => ({
    path,
    shows: 'host',
    args: [how, String(give(openAsNamed(path))), path],
  })
  const openedReadOnly = (path: string): Mount => opened(path, '--ro-bind-fd')
  // That one is the machine's own, and may be a link.
  const writableMount = (path: string): Mount =>
    path === '/tmp' ? { path, shows: 'host', args: ['--bind', path, path] } : opened(path, '--bind-fd')
  const isPrivateTemp = policy.temp === 'private'
  const writable = [...policy.writable]
    .filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    .filter((path) => !(isPrivateTemp && path === '/tmp'))
    .sort(byDepth)
  const isOuter = (path: string): boolean =>
    ownDirectories.some((directory) => path !== '/tmp' && isWithin(directory, path))

  const isOwn = ({ path }: Mount): boolean => ownDirectories.some((directory) => isWithin(path, directory))
  // What lies in one of these is writable with it, and each mount costs bubblewrap a look at all of them.
  const inner = writable.filter((path) => !isOuter(path))
  const outermost = inner.filter((path) => !inner.some((outer) => outer !== path && isWithin(path, outer)))

  const mounts: Mount[] = [
    ...[...readableMounts(policy, openedReadOnly), ...granted.staged.filter((mount) => !isOwn(mount))].sort(outerFirst),
    ...writable.filter(isOuter).map(writableMount),
    { path: '/dev', shows: 'own', args: ['--dev', '/dev'] },
    { path: '/proc', shows: 'own', args: ['--proc', '/proc'] },
    ...procCovers.filter(exists).map(readOnlyMount),
    { path: '/run', shows: 'own', args: ['--tmpfs', '/run'] },
    ...runtimePaths.filter(exists).map(readOnlyMount),
    ...(isPrivateTemp ? [{ path: '/tmp', shows: 'own', args: ['--tmpfs', '/tmp'] } as const] : []),
    ...[...shownBelowOwn(policy).map(openedReadOnly), ...granted.shown, ...granted.staged.filter(isOwn)].sort(
      outerFirst,
    ),
    ...outermost.map(writableMount),
  ]
  const all = [...mounts, ...granted.existing]
  const isVisible = (path: string): boolean => all.findLast((mount) => isWithin(path, mount.path))?.shows === 'host'
  if (!isVisible(policy.cwd) && !ownDirectories.some((directory) => directory === policy.cwd)) throw hidden(policy.cwd)

  // A mount point cannot be renamed: with its ancestors pinned, a protected path cannot be moved away and replaced.
  const pins = new Set(protectedPaths.flatMap((entry) => entry.ancestors).filter(isVisible))
  const covers = [
    ...[...pins].map(writableMount),
    ...protectedPaths
      .map((entry) => entry.path)
      .filter(isVisible)
      .map(readOnlyMount),
    ...granted.existing,
  ].sort(outerFirst)
  const masks = [...new Set(policy.denyRead)].filter(isVisible).sort(byDepth)
  return [...mounts, ...covers, ...maskMounts(masks, maskFile, policy)].flatMap((mount) => mount.args)
}

/** Whether an entry of the host is to be seen by a command of this policy, where something of its own stands in for its directory. */
export function isShown(path: string, policy: Pick<SandboxPolicy, 'readable' | 'temp'>): boolean {
  if (policy.temp === 'private' && dirname(path) === '/tmp') return false
  return policy.readable === 'all' || [...systemDirectories, ...policy.readable].some((root) => isWithin(path, root))
}

function outerFirst(a: Mount, b: Mount): number {
  return byDepth(a.path, b.path)
}

function readableMounts(policy: SandboxPolicy, opened: (path: string) => Mount): readonly Mount[] {
  if (policy.readable === 'all') return [readOnlyMount('/')]
  const isOfSystem = (path: string): boolean => systemDirectories.some((directory) => directory === path)
  const paths = [...new Set([...systemDirectories, ...policy.readable])].filter(exists).sort(byDepth)
  const mounts = paths.map((path) => (isOfSystem(path) ? readOnlyMount(path) : opened(path)))
  return [{ path: '/', shows: 'own', args: ['--tmpfs', '/'] }, ...mounts]
}

/** Readable places that an own directory would hide: below it, the entry that holds them. */
function shownBelowOwn(policy: SandboxPolicy): readonly string[] {
  const wanted = policy.readable === 'all' ? [policy.cwd] : policy.readable
  const shown = wanted.flatMap((path) => {
    const directory = path === '/tmp' || !path.startsWith('/tmp/') || policy.temp !== 'private' ? undefined : '/tmp'
    if (directory === undefined) return []
    return [policy.readable === 'all' ? `/tmp/${path.split('/')[2]}` : path]
  })
  return [...new Set(shown)].filter(exists).sort(byDepth)
}

/**
 * Denied directories become empty ones that cannot be entered; what lies in one needs no mask of its own. Nor does what this user may not
 * read: a command has this user's number and groups, no capability (but where it acts for others), and gains nothing by programs that change them.
 */
function maskMounts(
  paths: readonly string[],
  maskFile: string,
  { actsForOthers }: Pick<SandboxPolicy, 'actsForOthers'>,
): readonly Mount[] {
  const directories: string[] = []
  return paths.flatMap((path): Mount[] => {
    if (directories.some((directory) => isWithin(path, directory))) return []
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status === undefined) return []
    if (status.isSymbolicLink()) throw linked(path)
    if (status.isDirectory()) directories.push(path)
    if (!actsForOthers && isClosed(path, status)) return []
    if (!status.isDirectory()) return [{ path, shows: 'own', args: ['--ro-bind', maskFile, path] }]
    return [{ path, shows: 'own', args: ['--perms', '0000', '--tmpfs', path, '--remount-ro', path] }]
  })
}

/** Whether neither this user nor a command of theirs can open what another user owns. Who owns it could. */
function isClosed(path: string, status: Stats): boolean {
  const userId = process.getuid?.()
  if (userId === undefined || userId === 0 || status.uid === userId) return false
  return !isAllowed(path, constants.R_OK) && !(status.isDirectory() && isAllowed(path, constants.X_OK))
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

function readOnlyMount(path: string): Mount {
  return { path, shows: 'host', args: ['--ro-bind', path, path] }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function hidden(path: string): CodexError {
  return new CodexError('sandbox.failed', `The working directory ${path} does not exist inside the sandbox.`, {
    hint: 'Work in a directory that the profile lets commands read, outside /run, /proc and /dev.',
  })
}

function linked(path: string): CodexError {
  return new CodexError('sandbox.failed', `${path} must not be read, but it has become a symbolic link.`, {
    hint: 'Run the command again.',
  })
}
