import type { Token } from './tokenise.ts'

/** How like a prompt is to the most similar of some examples, 0 to 1: shared groups of three letters (Dice's measure). */
export function likeness(tokens: readonly Token[], examples: readonly string[]): number {
  const own = groupsOf(tokens.map(({ text }) => text).join(' '))
  let best = 0
  for (const example of examples) best = Math.max(best, dice(own, groupsOf(example.toLowerCase())))
  return best
}

function groupsOf(text: string): ReadonlySet<string> {
  const padded = ` ${text.replace(/\s+/g, ' ').trim()} `
  const groups = new Set<string>()
  for (let at = 0; at + 3 <= padded.length; at += 1) groups.add(padded.slice(at, at + 3))
  return groups
}

function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0
  let shared = 0
  for (const group of a) if (b.has(group)) shared += 1
  return (2 * shared) / (a.size + b.size)
}
