import { readdirSync, realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { auditDirNames } from './audit/audit-place.ts'
import { isAtOrBelow, normalisePath } from './permissions/path-pattern.ts'
import type { Places } from './places.ts'
import {
  codexHomeSecrets,
  homeSecrets,
  hostKeys,
  secretNames,
  sharedNames,
  systemPlaces,
  systemSecrets,
} from './secret-files.ts'

/** Directories that steer later runs of this or another agent. */
export const steeringNames = ['.codex', '.agents'] as const

/** Inside a git directory (and below its `modules` and `worktrees`): what makes git run programs or look elsewhere. */
export const gitControlFiles = ['hooks', 'config', 'config.worktree', 'info/attributes', 'commondir'] as const

/** Denied with the protection on; each function gives the rule's text, or undefined where the path is free. */
export interface ProtectedPaths {
  /** Real paths that must not be read or written. */
  secret(realPath: string): string | undefined
  /** Real paths that must not be written, removed or replaced. */
  writeProtected(realPath: string): string | undefined
  /** The floor, which no profile lifts: for writing and removing. */
  floor(realPath: string, change: 'write' | 'delete'): string | undefined
  /** Absolute paths of the secrets at fixed places (they need not exist), for the sandbox to mask. */
  readonly fixedSecrets: readonly string[]
}

/** The one list of what is protected; docs/security.md explains the choices. Letter case is ignored. */
export function protectedPaths(places: Places): ProtectedPaths {
  const fixedSecrets = [
    ...new Set([
      ...placesBelow(places.homeDir, Object.values(homeSecrets).flat()),
      ...placesBelow(places.codexHome, codexHomeSecrets),
      ...systemPlaces.map(realTarget),
      ...(places.secretFiles ?? []).flatMap((path) => [path, realTarget(path)]),
      ...presentHostKeys(),
    ]),
  ]
  const fixed = new Set(fixedSecrets.map(fold))
  const secretName = namePattern(Object.values(secretNames).flat())
  const sharedName = namePattern(sharedNames)
  const codexHome = fold(places.codexHome)
  const homeDir = fold(places.homeDir)
  const [programDir] = protectedPrograms(places).map(fold)
  const auditDirs = Object.values(auditDirNames).map((name) => join(codexHome, name))
  const managedRoot = isManagedWorkspace(places) ? fold(places.workspaceRoot) : undefined

  return {
    fixedSecrets,
    secret(realPath) {
      const path = normalisePath(realPath)
      const name = path.split('/').find((part) => secretName.test(part) && !sharedName.test(part))
      if (name !== undefined) return `secret: a file named ${name}`
      const place = selfAndAncestors(fold(path)).find((part) => fixed.has(part))
      if (place !== undefined) return `secret: ${path.slice(0, place.length)}`
      return systemSecrets.some((pattern) => pattern.test(path)) ? `secret: ${path}` : undefined
    },
    writeProtected(realPath) {
      const path = fold(realPath)
      const isInManaged = managedRoot !== undefined && path !== managedRoot && isAtOrBelow(path, managedRoot)
      if (isAtOrBelow(path, codexHome) && !isInManaged) return 'write-protected: the CODEX_HOME directory'
      if (isAtOrBelow(codexHome, path)) return 'write-protected: a directory that holds CODEX_HOME'
      if (programDir !== undefined && isAtOrBelow(path, programDir)) return 'write-protected: the program itself'
      if (programDir !== undefined && isAtOrBelow(programDir, path))
        return 'write-protected: a directory that holds the program itself'
      const steering = (isInManaged ? path.slice(managedRoot.length) : path)
        .split('/')
        .find((part) => steeringNames.some((name) => name === part))
      if (steering !== undefined) return `write-protected: ${steering}`
      return gitProtection(path)
    },
    floor(realPath, change) {
      const path = fold(realPath)
      if (isDiskDevice(path)) return 'floor: a device of the machine'
      if (auditDirs.some((directory) => isAtOrBelow(path, directory))) return 'floor: the audit log'
      if (change === 'delete' && isAtOrBelow(homeDir, path)) return 'floor: the home directory or one that holds it'
      return undefined
    },
  }
}

/** Folder of CODEX_HOME in which the program makes copies of workspaces to work in. */
export const worktreesDirName = 'worktrees'

/** Whether the workspace is such a copy, which may be written though it lies in CODEX_HOME. */
export function isManagedWorkspace({ codexHome, workspaceRoot }: Places): boolean {
  const [root, folder] = [fold(workspaceRoot), join(fold(codexHome), worktreesDirName)]
  // A copy lies in the folder of its run: neither that nor the one of all runs is one.
  return isAtOrBelow(root, folder) && root.slice(folder.length + 1).includes('/')
}

/** The directory of this program; none where it is what is being worked on. */
export function protectedPrograms({ programDir, workspaceRoot }: Places): readonly string[] {
  return programDir === undefined || isAtOrBelow(workspaceRoot, programDir) ? [] : [programDir]
}

/** Devices that hold file systems or memory, and the kernel's own switches. */
export function isDiskDevice(path: string): boolean {
  if (/^\/dev\/(?:null|zero|full|random|urandom|tty|ptmx|stdin|stdout|stderr)$/.test(path)) return false
  if (/^\/dev\/(?:pts|fd|shm|tcp|udp)(?:\/|$)/.test(path)) return false
  return path.startsWith('/dev/') || /^\/proc\/(?:sysrq-trigger|sys(?:\/|$))/.test(path) || path.startsWith('/sys/')
}

function gitProtection(path: string): string | undefined {
  const match = /(?:^|\/)\.git(?:\/(.*))?$/s.exec(path)
  if (match === null) return undefined
  const inside = match[1]
  if (inside === undefined) return 'write-protected: the .git entry'
  const ownPart = inside.replace(
    /^(?:worktrees\/[^/]+\/)?(?:modules\/.+?\/(?=hooks(?:\/|$)|config(?:\.worktree)?$|info\/attributes$|commondir$))?/,
    '',
  )
  const file = gitControlFiles.find((name) => isAtOrBelow(ownPart, name))
  return file === undefined ? undefined : `write-protected: .git ${file}`
}

/** One expression for names in which `*` stands for any run of characters; letter case is ignored. */
function namePattern(names: readonly string[]): RegExp {
  const sources = names.map((name) =>
    name
      .split('*')
      .map((part) => part.replace(/[.+]/g, '\\$&'))
      .join('.*'),
  )
  return new RegExp(`^(?:${sources.join('|')})$`, 'is')
}

function selfAndAncestors(path: string): readonly string[] {
  const parts = [path]
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) parts.push(path.slice(0, at))
  return parts
}

/** The names in a directory, and what they lead to where they are links; looked at only where their first part is there. */
function placesBelow(directory: string, names: readonly string[]): readonly string[] {
  const found = namesIn(directory)
  const present = found && new Set(found.map((name) => name.toLowerCase()))
  return names.flatMap((name) => {
    const path = join(directory, name)
    const [first = ''] = name.toLowerCase().split('/')
    return present?.has(first) === false ? [path] : [path, realTarget(path)]
  })
}

function presentHostKeys(): readonly string[] {
  const { directory, prefix } = hostKeys
  const names = (namesIn(directory) ?? []).filter((name) => name.startsWith(prefix))
  return names.map((name) => realTarget(join(directory, name)))
}

function namesIn(directory: string): readonly string[] | undefined {
  try {
    return readdirSync(directory)
  } catch {
    return undefined // Then each is looked at.
  }
}

/** A secret may be a link into a directory of settings; decisions see the real path. */
function realTarget(path: string): string {
  try {
    return realpathSync.native(path).replaceAll(sep, '/')
  } catch {
    return path // It does not exist, or may not be looked at: then only its own name can be protected.
  }
}

function join(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`
}

function fold(path: string): string {
  return normalisePath(path).toLowerCase()
}
