import { realpathSync } from 'node:fs'
import path from 'node:path'
import type { Places } from '../places.ts'
import { cacheDirectories } from './cache-directories.ts'
import { escapePath, literalBase } from './path-pattern.ts'

/**
 * Turns a glob of a file into absolute ones: `:workspace`, `:tmp`, `:caches`, `:codex_home` and `~` at the start stand for
 * directories; others are absolute or relative to the workspace root. Decisions compare real paths, so a denial whose
 * literal part leads through a symbolic link also names where that leads; an allowance does so outside the workspace only,
 * since a link inside could have been laid by an earlier command.
 */
export function expandPattern(pattern: string, use: 'allow' | 'deny', places: Places): readonly string[] {
  return absolutePatterns(pattern, places).flatMap((written) => {
    const absolute = use === 'deny' ? withDirectory(written) : written
    const resolved = throughLinks(absolute)
    if (resolved === absolute) return [absolute]
    if (use === 'deny') return [absolute, resolved]
    return isInside(absolute, places.workspaceRoot) ? [absolute] : [absolute, resolved]
  })
}

/** A denial of all that lies in `x*` is one of `x*`: else it could be moved away, and what lies in it with it. */
function withDirectory(pattern: string): string {
  return pattern.replace(/(?:\/\*\*)+$/, '') || pattern
}

function absolutePatterns(pattern: string, places: Places): readonly string[] {
  const [, name = '', rest = ''] = /^(:workspace|:tmp|:caches|:codex_home|~)?(.*)$/s.exec(pattern) ?? []
  const isPlace = name !== '' && (rest === '' || rest.startsWith('/'))
  if (isPlace) return directoriesOf(name, places).map((directory) => joinPattern(directory, rest))
  if (path.isAbsolute(pattern)) return [pattern]
  return [joinPattern(places.workspaceRoot, `/${pattern.replace(/^(\.\/)+/, '')}`)]
}

function directoriesOf(name: string, places: Places): readonly string[] {
  switch (name) {
    case ':workspace':
      return [places.workspaceRoot]
    case ':tmp':
      return [places.tempDir]
    case ':caches':
      return cacheDirectories(places.homeDir)
    case ':codex_home':
      return [places.codexHome]
    default:
      return [places.homeDir]
  }
}

function joinPattern(directory: string, rest: string): string {
  const prefix = escapePath(directory)
  return prefix === '/' && rest !== '' ? rest : `${prefix}${rest}`
}

/** The same pattern with its literal part replaced by its real path; the pattern itself where that does not exist. */
function throughLinks(pattern: string): string {
  const { path: base } = literalBase(pattern)
  const real = realBase(base)
  if (real === base) return pattern
  const rest = pattern.split('/').slice(base === '/' ? 1 : base.split('/').length)
  return [escapePath(real), ...rest].join('/')
}

function realBase(base: string): string {
  try {
    return realpathSync.native(base)
  } catch {
    const parent = path.dirname(base) // What does not exist cannot be a link, but may lie below one.
    return parent === base ? base : path.join(realBase(parent), path.basename(base))
  }
}

function isInside(pattern: string, directory: string): boolean {
  const { path: base } = literalBase(pattern)
  return base === directory || base.startsWith(`${directory}/`)
}
