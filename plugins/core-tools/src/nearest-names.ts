import { basename, dirname } from 'node:path'
import { isCodexError, type ToolContext } from 'codex-kernel/plugin-api'

/** At most this many names are worth reading. */
const maxNames = 3

/**
 * For a path that does not exist: one line that says so, with the names beside it that are most like it. Looks only
 * where the permissions allow.
 */
export async function describeMissing(path: string, ctx: ToolContext): Promise<string> {
  const names = nearestNames(basename(path), await namesBeside(path, ctx))
  const near = names.length > 0 ? ` Near it: ${names.join(', ')}.` : ''
  return `${path} does not exist.${near} Relative paths start at ${ctx.cwd}.`
}

/** The known names that differ in at most two letters or a third of them (or in case, or hold the name), nearest first. */
export function nearestNames(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase()
  return known
    .map((each) => ({ each, distance: distanceOf(wanted, each.toLowerCase()) }))
    .filter(
      ({ each, distance }) => distance <= Math.max(name.length > 3 ? 2 : 1, Math.max(name.length, each.length) / 3),
    )
    .sort((a, b) => a.distance - b.distance || (a.each < b.each ? -1 : 1))
    .slice(0, maxNames)
    .map(({ each }) => each)
}

async function namesBeside(path: string, ctx: ToolContext): Promise<readonly string[]> {
  try {
    return (await ctx.fs.list(dirname(path))).map((entry) => entry.name)
  } catch (error) {
    // Missing too, no directory, or not to be read: then there is nothing to propose.
    if (isCodexError(error) || (error instanceof Error && 'code' in error)) return []
    throw error
  }
}

/** Levenshtein's distance, but 0 where one holds the other whole. */
function distanceOf(a: string, b: string): number {
  if (a.length > 2 && b.length > 2 && (a.includes(b) || b.includes(a))) return 0
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(change, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
