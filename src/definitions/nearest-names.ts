import { distance } from 'fastest-levenshtein'

const maxNames = 3

/**
 * The known names that a mistyped one may have meant, best first, at most three: those a third of its letters away or nearer,
 * and those that it begins or is part of.
 */
export function nearestNames(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase()
  const allowed = Math.max(1, Math.floor(wanted.length / 3))
  return known
    .map((candidate) => ({ candidate, score: scoreOf(wanted, candidate.toLowerCase()) }))
    .filter(({ score }) => score <= allowed)
    .sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, maxNames)
    .map(({ candidate }) => candidate)
}

function scoreOf(wanted: string, candidate: string): number {
  const isPart = wanted.length >= 3 && candidate.includes(wanted)
  return isPart ? 1 : distance(wanted, candidate)
}
