import { distance } from 'fastest-levenshtein'

const maxNames = 3

/**
 * The known names that a mistyped one may have meant, best first, at most three: those few edits away (one for up to four letters,
 * two, then a third of the letters; two neighbours that changed places are one edit), and those that it begins or is part of.
 */
export function nearestNames(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase()
  const allowed = wanted.length <= 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3))
  return known
    .map((candidate) => ({ candidate, score: scoreOf(wanted, candidate.toLowerCase()) }))
    .filter(({ score }) => score <= allowed)
    .sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, maxNames)
    .map(({ candidate }) => candidate)
}

/** `Did you mean A or B?`, and a space after it; empty where no name is near. @param show how a name is typed */
export function offerNearest(
  name: string,
  known: readonly string[],
  show: (name: string) => string = (each) => each,
): string {
  const nearest = nearestNames(name, known)
  return nearest.length > 0 ? `Did you mean ${nearest.map(show).join(' or ')}? ` : ''
}

function scoreOf(wanted: string, candidate: string): number {
  const isPart = wanted.length >= 3 && candidate.includes(wanted)
  return isPart ? Math.min(1, editsBetween(wanted, candidate)) : editsBetween(wanted, candidate)
}

/** Letters added, left out, replaced; two neighbours that changed places, once, count as one. */
function editsBetween(wanted: string, candidate: string): number {
  const plain = distance(wanted, candidate)
  if (plain < 2 || Math.abs(wanted.length - candidate.length) >= plain) return plain
  const swapped = Array.from({ length: wanted.length - 1 }, (_, at) => {
    const letters = [...wanted]
    letters.splice(at, 2, letters[at + 1] ?? '', letters[at] ?? '')
    return 1 + distance(letters.join(''), candidate)
  })
  return Math.min(plain, ...swapped)
}
