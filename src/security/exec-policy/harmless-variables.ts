import { isNpmCodeVariable } from './code-variables.ts'

/** Environment variables that programs read and that make none of them run something else. */
const harmless: ReadonlySet<string> = new Set([
  'CI',
  'COLUMNS',
  'DEBUG',
  'FORCE_COLOR',
  'LANG',
  'LANGUAGE',
  'LINES',
  'NODE_ENV',
  'NO_COLOR',
  'RUST_BACKTRACE',
  'RUST_LOG',
  'TERM',
  'TZ',
])

/**
 * Whether setting a variable leaves the meaning of later commands alone. Names in lower case are a script's own; of the others only those listed
 * and `LC_*` do: `PATH`, `LD_PRELOAD`, `BASH_ENV`, `GIT_EXTERNAL_DIFF`, `PAGER` and many more choose what runs.
 */
export function isHarmlessVariable(name: string): boolean {
  if (/^(?:http|https|all|no|ftp)_proxy$/.test(name) || isNpmCodeVariable(name)) return false
  return /^[a-z_][a-z0-9_]*$/.test(name) || harmless.has(name) || /^LC_[A-Z]+$/.test(name)
}
