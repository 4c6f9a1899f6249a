import { realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { auditDirNames } from './audit/audit-place.ts'
import { isAtOrBelow, normalisePath } from './permissions/path-pattern.ts'
import type { Places } from './places.ts'

/** Names that mark a secret wherever they stand in a path, in any letter case. */
export const secretNames = [
  '.env',
  '.env.*',
  '*.pem',
  '*.key',
  '*.p12',
  '*.pfx',
  '*.jks',
  '*.keystore',
  '*.kdbx',
  '*.ppk',
  'id_rsa',
  'id_dsa',
  'id_ecdsa',
  'id_ecdsa_sk',
  'id_ed25519',
  'id_ed25519_sk',
  '.netrc',
  '_netrc',
  '.pypirc',
  '.git-credentials',
  '.pgpass',
  '.my.cnf',
  '.htpasswd',
  '.terraformrc',
  '.vault-token',
] as const

/** Names that look like a secret and are made to be shared. */
export const sharedNames = ['.env.example', '.env.sample', '.env.template'] as const

/** Secrets below the home directory, with all that lies below them. */
export const homeSecrets = [
  // In a project this one holds settings that npm cannot do without.
  '.npmrc',
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.config/gcloud',
  '.config/gh',
  '.config/git/credentials',
  '.config/op',
  '.config/sops',
  '.config/rclone',
  '.kube',
  '.docker/config.json',
  '.config/containers/auth.json',
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.gem/credentials',
  '.m2/settings.xml',
  '.gradle/gradle.properties',
  '.password-store',
  '.local/share/keyrings',
  '.local/share/kwalletd',
  '.bash_history',
  '.zsh_history',
  '.python_history',
  '.node_repl_history',
  '.psql_history',
  '.mysql_history',
  '.mozilla',
  '.config/google-chrome',
  '.config/chromium',
  '.config/BraveSoftware',
  '.config/microsoft-edge',
  '.config/vivaldi',
  '.config/opera',
  'snap/firefox',
  '.var/app/org.mozilla.firefox',
  'Library/Keychains',
  'Library/Cookies',
  'Library/Safari',
  'Library/Application Support/Google/Chrome',
  'Library/Application Support/Firefox',
  'Library/Application Support/BraveSoftware',
  'Library/Application Support/Microsoft Edge',
  'Library/Application Support/Arc',
  'AppData/Roaming/Mozilla',
  'AppData/Local/Google/Chrome',
  'AppData/Local/Microsoft/Edge',
  'AppData/Roaming/gcloud',
] as const

/** Secrets in CODEX_HOME. */
export const codexHomeSecrets = [
  'auth.json',
  'auth.json.lock',
  '.credentials.json',
  'credentials.json',
  'credentials',
] as const

/** Secrets of the system, and what shows the memory and environment of processes. */
const systemSecrets = [
  /^\/etc\/(?:shadow|gshadow|sudoers)-?$/,
  /^\/etc\/(?:ssh\/ssh_host_|sudoers\.d(?:\/|$))/,
  /^\/proc\/[^/]+\/(?:task\/[^/]+\/)?(?:environ|mem|auxv)$/,
  /^\/proc\/(?:kcore|kmem)$/,
  /^\/dev\/(?:mem|kmem|port)$/,
]

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
  const fixedSecrets = withTargets([
    ...homeSecrets.map((name) => join(places.homeDir, name)),
    ...codexHomeSecrets.map((name) => join(places.codexHome, name)),
  ])
  const fixed = new Set(fixedSecrets.map(fold))
  const secretName = namePattern(secretNames)
  const sharedName = namePattern(sharedNames)
  const codexHome = fold(places.codexHome)
  const homeDir = fold(places.homeDir)
  const auditDirs = Object.values(auditDirNames).map((name) => join(codexHome, name))

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
      if (isAtOrBelow(path, codexHome)) return 'write-protected: the CODEX_HOME directory'
      if (isAtOrBelow(codexHome, path)) return 'write-protected: a directory that holds CODEX_HOME'
      const steering = path.split('/').find((part) => steeringNames.some((name) => name === part))
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
    /^(?:modules\/.+?\/(?=hooks(?:\/|$)|config(?:\.worktree)?$|info\/attributes$|commondir$)|worktrees\/[^/]+\/)/,
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

function withTargets(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap((path) => [path, realTarget(path)]))]
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
