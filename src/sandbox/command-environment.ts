import { delimiter, isAbsolute } from 'node:path'
import type { Env } from '../config/codex-home.ts'

/** `[shell_environment_policy]`; globs know `*` and `?` and ignore case. */
export interface ShellEnvironmentPolicy {
  /** `core` (also where absent): what programs need to run; `all`: everything but secrets; `none`: nothing. */
  readonly inherit?: 'all' | 'core' | 'none' | undefined
  readonly exclude?: readonly string[] | undefined
  readonly include_only?: readonly string[] | undefined
  readonly set?: Readonly<Record<string, string>> | undefined
  /** True: with `inherit = "all"`, names that look secret pass too. Absent: they do not. */
  readonly ignore_default_excludes?: boolean | undefined
}

/** What a command needs to find its programs, its user and its language; places of toolchains are paths, never secrets. */
const coreNames = new Set([
  ...[
    'PATH',
    'HOME',
    'USER',
    'LOGNAME',
    'USERNAME',
    'SHELL',
    'LANG',
    'LANGUAGE',
    'TERM',
    'TZ',
    'TMPDIR',
    'TMP',
    'TEMP',
  ],
  ...[
    'CARGO_HOME',
    'RUSTUP_HOME',
    'GOPATH',
    'GOROOT',
    'JAVA_HOME',
    'PYENV_ROOT',
    'VIRTUAL_ENV',
    'CONDA_PREFIX',
    'NVM_DIR',
  ],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'NIX_SSL_CERT_FILE'],
  ...[
    'SYSTEMROOT',
    'SYSTEMDRIVE',
    'WINDIR',
    'COMSPEC',
    'PATHEXT',
    'USERPROFILE',
    'APPDATA',
    'LOCALAPPDATA',
    'PROGRAMFILES',
  ],
])

const secretWords =
  /KEY|TOKEN|SECRET|PASS(WORD|WD|PHRASE|CODE)?(_|$)|PASSWORD|CREDENTIAL|AUTH(?!OR)|COOKIE|PRIVATE|DSN|SIGNATURE|CONNECTION_?STRING/i

/** Said to every command: nobody is there to answer, page or colour for. */
const fixedVariables: Readonly<Record<string, string>> = {
  CODEX_CI: '1',
  // Tools of Codex that a command starts are told so; apply_patch here always keeps line endings.
  CODEX_APPLY_PATCH_PRESERVE_LINE_ENDINGS: '1',
  NO_COLOR: '1',
  TERM: 'dumb',
  COLORTERM: '',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  LC_CTYPE: 'C.UTF-8',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  GH_PAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
}

/** True for a name that tells of a secret: `GITHUB_TOKEN`, `AWS_SECRET_ACCESS_KEY`, `DB_PASSWORD`. */
export function isSecretName(name: string): boolean {
  return secretWords.test(name)
}

/**
 * The environment of a command, by the user's policy. In order: inherit, exclude, the fixed variables, `set`,
 * `include_only`; then `extra` (ids of thread and call, and what the caller gives), which nothing takes away. A secret
 * name passes only where the policy sets it, names it exactly in `include_only`, or says `ignore_default_excludes`.
 * PATH loses its relative entries, through which a repository could bring its own programs.
 */
export function commandEnvironment(
  env: Env,
  settings: ShellEnvironmentPolicy,
  extra: Readonly<Record<string, string>>,
): Record<string, string> {
  const includeOnly = settings.include_only ?? []
  const isExcluded = matcher(settings.exclude ?? [])
  const isIncluded = includeOnly.length > 0 ? matcher(includeOnly) : () => true
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || isExcluded(name) || !isInherited(name)) continue
    result[name] = name === 'PATH' ? withoutRelativeEntries(value) : value
  }
  Object.assign(result, fixedVariables, settings.set)
  for (const name of Object.keys(result)) {
    if (!isIncluded(name) && !Object.hasOwn(fixedVariables, name)) delete result[name]
  }
  return Object.assign(result, extra)

  function isInherited(name: string): boolean {
    if (settings.inherit === 'none') return false
    if (includeOnly.includes(name)) return true
    if (settings.inherit !== 'all') return isCore(name)
    return settings.ignore_default_excludes === true || !isSecretName(name)
  }
}

/** Whether a variable that login files set may reach commands: as one that is inherited under `inherit = "all"`. */
export function variableFilter(settings: ShellEnvironmentPolicy): (name: string) => boolean {
  const includeOnly = settings.include_only ?? []
  const isExcluded = matcher(settings.exclude ?? [])
  const isIncluded = includeOnly.length > 0 ? matcher(includeOnly) : () => true
  return (name) =>
    includeOnly.includes(name) ||
    (isIncluded(name) && !isExcluded(name) && (settings.ignore_default_excludes === true || !isSecretName(name)))
}

function isCore(name: string): boolean {
  const upperName = name.toUpperCase()
  return coreNames.has(upperName) || upperName.startsWith('LC_')
}

function matcher(globs: readonly string[]): (name: string) => boolean {
  const patterns = globs.map((glob) => {
    const source = glob
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    return new RegExp(`^${source}$`, 'i')
  })
  return (name) => patterns.some((pattern) => pattern.test(name))
}

function withoutRelativeEntries(path: string): string {
  return path
    .split(delimiter)
    .filter((entry) => isAbsolute(entry))
    .join(delimiter)
}
