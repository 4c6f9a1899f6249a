import picomatch from 'picomatch'
import { CodexError } from '../../plugin-api/errors.ts'

/**
 * Compiles an absolute glob with `/` (docs/profiles.md). It covers the paths that it matches and all below those;
 * names starting with a dot and names with line breaks are matched like any other. Subjects are absolute real paths.
 * @throws CodexError `definition.invalid` for a pattern that no path can be compared with
 */
export function compilePathPattern(pattern: string, options: { ignoreCase?: boolean } = {}): (path: string) => boolean {
  const glob = normalisePath(pattern)
  if (glob.split('/').some((segment) => segment === '..' || segment === '.')) {
    throw invalidPattern(pattern, 'it holds "." or ".." as a part')
  }
  if (isPlainPath(glob)) {
    const fold = (text: string) => (options.ignoreCase ? text.toLowerCase() : text)
    const root = fold(trimSlash(unescapePath(glob)))
    return (path) => isAtOrBelow(fold(normalisePath(path)), root)
  }
  const regex = regexOf(withoutRoot(glob), options.ignoreCase ? 'si' : 's')
  // What picomatch answers where the result is no regular expression: it would never match, not even as a denial.
  if (regex.source === '$^') throw invalidPattern(pattern, 'it is no glob')
  return (path) => ancestorsAndSelf(withoutRoot(normalisePath(path))).some((part) => regex.test(part))
}

/** Made once: every layer of every thread has the same patterns for what may be allowed and what may be asked for. */
const regexes = new Map<string, RegExp>()
const maxRegexes = 2000

function regexOf(glob: string, flags: string): RegExp {
  const key = `${flags} ${glob}`
  const known = regexes.get(key)
  if (known) return known
  const regex = picomatch.makeRe(glob, {
    dot: true,
    nonegate: true,
    // Without it `[!a]` would be one of `!` and `a`, so that a denial would cover other files than it says.
    posix: true,
    windows: false,
    flags,
  })
  if (regexes.size >= maxRegexes) regexes.clear()
  regexes.set(key, regex)
  return regex
}

/** Writes a real path as a pattern that covers it and all below, whatever characters its names have. */
export function escapePath(path: string): string {
  return normalisePath(path).replace(/[\\*?[\]{}()!+@|"$^]/g, '\\$&')
}

/** The text that is compared: NFC-normalised, with `/`. */
export function normalisePath(path: string): string {
  return path.normalize('NFC')
}

/** The longest leading part of a pattern that holds no glob, as a path: `/a/b` of `/a/b/**` and of `/a/b/*.ts`. */
export function literalBase(pattern: string): { path: string; plain: boolean } {
  const glob = normalisePath(pattern)
  const segments = glob.split('/')
  const firstGlob = segments.findIndex((segment) => !isPlainPath(segment))
  const literal = firstGlob === -1 ? segments : segments.slice(0, firstGlob)
  const rest = firstGlob === -1 ? [] : segments.slice(firstGlob)
  const isWholeTree = rest.length === 0 || (rest.length === 1 && rest[0] === '**')
  return { path: trimSlash(unescapePath(literal.join('/'))) || '/', plain: isWholeTree }
}

/** True where `path` is `root` or lies below it. Both absolute, without a trailing slash. */
export function isAtOrBelow(path: string, root: string): boolean {
  if (root === '' || root === '/') return true
  return path === root || path.startsWith(`${root}/`)
}

function isPlainPath(glob: string): boolean {
  return !/[*?[\]{}()!+@|"$^]/.test(glob.replace(/\\./g, ''))
}

function unescapePath(glob: string): string {
  return glob.replace(/\\(.)/g, '$1')
}

function trimSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path
}

/** `/**` at the root must also cover what lies directly in it, which holds for relative globs only. */
function withoutRoot(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path
}

function ancestorsAndSelf(path: string): readonly string[] {
  const parts: string[] = [path]
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) parts.push(path.slice(0, at))
  return parts
}

function invalidPattern(pattern: string, problem: string): CodexError {
  return new CodexError('definition.invalid', `The path pattern "${pattern}" cannot be used: ${problem}.`, {
    hint: 'Write an absolute glob, one relative to the workspace, or one that starts with :workspace or ~.',
  })
}
