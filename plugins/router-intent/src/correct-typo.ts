import type { Entry, Lexicon } from './compile-words.ts'

/** Shorter words are too near to each other: `text` is not `test`. */
const minLength = 5
const minLengthOfEdit = 7

/**
 * The word that was probably meant: the same first letter, and two letters exchanged, or, in words from seven letters,
 * one that is wrong, missing or too many.
 */
export function correctTypo(text: string, { byWord }: Lexicon): Entry | undefined {
  if (text.length < minLength) return undefined
  for (const [word, entries] of byWord) {
    if (word.charCodeAt(0) !== text.charCodeAt(0) || Math.abs(word.length - text.length) > 1) continue
    const entry = entries.find(({ words }) => words.length === 1)
    if (entry && isNear(word, text)) return entry
  }
  return undefined
}

/** Whether one exchange of neighbours, or in long words one edit, makes one of the other. */
export function isNear(a: string, b: string): boolean {
  if (a === b) return true
  let start = 0
  while (start < a.length && a.charCodeAt(start) === b.charCodeAt(start)) start += 1
  const isExchanged =
    a.length === b.length &&
    a.length >= minLength &&
    a[start] === b[start + 1] &&
    a[start + 1] === b[start] &&
    a.slice(start + 2) === b.slice(start + 2)
  if (isExchanged) return true
  if (Math.min(a.length, b.length) < minLengthOfEdit - 1 || Math.max(a.length, b.length) < minLengthOfEdit) return false
  return (
    a.slice(start + 1) === b.slice(start + 1) ||
    a.slice(start) === b.slice(start + 1) ||
    a.slice(start + 1) === b.slice(start)
  )
}
