import type { Flaw } from './dependency.ts'

const maxNamed = 5

/** One flaw for all that a file leaves without a version: nobody mends them one by one. It stands where the first of them is. */
export function foldUnpinned(flaws: readonly Flaw[], total: number): readonly Flaw[] {
  const unpinned = flaws.filter(({ rule }) => rule === 'dep-unpinned')
  const [first] = unpinned
  if (!first || unpinned.length === 1) return flaws
  const names = unpinned.slice(0, maxNamed).map(({ about }) => about.split(' ')[0] ?? about)
  const more = unpinned.length > maxNamed ? ` and ${unpinned.length - maxNamed} more` : ''
  const message = `${unpinned.length} of ${total} requirements are not pinned to a version: ${names.join(', ')}${more}`
  // Which ones they are is no part of what the flaw is.
  const folded: Flaw = { ...first, about: 'requirements', message }
  return flaws.flatMap((flaw) => (flaw === first ? [folded] : flaw.rule === 'dep-unpinned' ? [] : [flaw]))
}
