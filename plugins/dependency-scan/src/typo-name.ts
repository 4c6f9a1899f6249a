import { popularNpm } from './popular-npm.ts'
import { popularPypi } from './popular-pypi.ts'

/** Only the names that most people type are worth imitating; the rest of the list is known to be no imitation. */
const imitated = 500
/** Shorter names have too many harmless neighbours. */
const leastLength = 6

/** Gives a function that tells which popular package a name looks like, if it is none itself. */
export function createTypoFinder(ecosystem: 'npm' | 'pypi'): (name: string) => string | undefined {
  const known = (ecosystem === 'npm' ? popularNpm : popularPypi).trim().split(/\s+/)
  const all = new Set(known)
  const targets = known.slice(0, imitated).filter((name) => bare(name).length >= leastLength)
  return (name) => {
    // Scopes are registered to one owner: only the name of a package without one can be taken by anybody.
    if (all.has(name) || name.startsWith('@') || name.length < leastLength - 1) return undefined
    return targets.find((target) => looksLike(name, target))
  }
}

/**
 * One slip of a hand: a letter left out, doubled, exchanged with its neighbour or with another one; or the same when signs that look alike, and
 * `-`, `_` and `.`, are read as one. A number that differs is another version, and a letter before it all a word of its own. Of 10,000 npm packages
 * that rank behind the list 15 look like one of it, of 10,000 PyPI packages 19.
 */
export function looksLike(name: string, target: string): boolean {
  if (name === target || Math.abs(name.length - target.length) > 2) return false
  if (alike(name) === alike(target)) return true
  return isOneSlip(name, target)
}

function isOneSlip(name: string, target: string): boolean {
  let start = 0
  while (start < name.length && name[start] === target[start]) start++
  let end = 0
  while (end < Math.min(name.length, target.length) - start && name.at(-1 - end) === target.at(-1 - end)) end++
  const [ours, theirs] = [name.slice(start, name.length - end), target.slice(start, target.length - end)]
  if (/\d/.test(ours + theirs) || start === 0) return false
  if (ours.length === 2 && theirs.length === 2) return ours[0] === theirs[1] && ours[1] === theirs[0]
  return ours.length <= 1 && theirs.length <= 1
}

function alike(name: string): string {
  return name
    .replace(/[-_.]/g, '')
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w')
    .replace(/[0о]/g, 'o')
    .replace(/[1lі]/g, 'i')
    .replace(/а/g, 'a')
    .replace(/е/g, 'e')
}

const bare = (name: string): string => name.slice(name.indexOf('/') + 1)
