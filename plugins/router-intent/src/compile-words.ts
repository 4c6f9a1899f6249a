import type { Concept, Words } from './concepts.ts'
import { normalise } from './tokenise.ts'

/** A word or phrase of a language, and what it means. */
export interface Entry {
  /** Its words; one may end in `*` (any letters follow) or be `#` (a number). Of a script without spaces it is one. */
  readonly words: readonly string[]
  readonly concepts: readonly Concept[]
}

export interface Lexicon {
  /** By the first word; the longest first. */
  readonly byWord: ReadonlyMap<string, readonly Entry[]>
  /** Those whose first word ends in `*`, by its first two letters. */
  readonly byStem: ReadonlyMap<string, readonly Entry[]>
  /** Words that hold sentences together: what tells one language from another. */
  readonly grammar: ReadonlySet<string>
}

const grammarConcepts: ReadonlySet<string> = new Set(['not', 'past', 'and', 'of', 'prep', 'stop', 'define'])

/** Makes the words of a language quick to look up. */
export function compileWords(words: Words): Lexicon {
  const conceptsByText = new Map<string, Concept[]>()
  const grammar = new Set<string>()
  for (const [concept, list] of Object.entries(words)) {
    for (const each of list.split(',')) {
      const text = normalise(each.trim())
      if (text === '') continue
      const concepts = conceptsByText.get(text)
      // The keys of Words are concepts.
      if (concepts) concepts.push(concept as Concept)
      else conceptsByText.set(text, [concept as Concept])
      if (grammarConcepts.has(concept) && !text.includes(' ')) grammar.add(text)
    }
  }
  const byWord = new Map<string, Entry[]>()
  const byStem = new Map<string, Entry[]>()
  for (const [text, concepts] of conceptsByText) {
    const entry: Entry = { words: text.split(' '), concepts }
    const first = entry.words[0] ?? ''
    const isStem = first.endsWith('*')
    const map = isStem ? byStem : byWord
    const key = isStem ? first.slice(0, 2) : first
    const entries = map.get(key)
    if (entries) entries.push(entry)
    else map.set(key, [entry])
  }
  for (const map of [byWord, byStem]) for (const entries of map.values()) entries.sort(longestFirst)
  return { byWord, byStem, grammar }
}

/** For a script without spaces: entries by their first character, the longest first. */
export function compileParts(
  words: Words,
): ReadonlyMap<string, readonly { text: string; concepts: readonly Concept[] }[]> {
  const byText = new Map<string, Concept[]>()
  for (const [concept, list] of Object.entries(words)) {
    for (const each of list.split(',')) {
      const text = normalise(each.trim())
      if (text === '') continue
      // The keys of Words are concepts.
      byText.set(text, [...(byText.get(text) ?? []), concept as Concept])
    }
  }
  const byCharacter = new Map<string, { text: string; concepts: readonly Concept[] }[]>()
  for (const [text, concepts] of byText) {
    const key = text.slice(0, 1)
    byCharacter.set(key, [...(byCharacter.get(key) ?? []), { text, concepts }])
  }
  for (const entries of byCharacter.values()) entries.sort((a, b) => b.text.length - a.text.length)
  return byCharacter
}

function longestFirst(a: Entry, b: Entry): number {
  return b.words.length - a.words.length || b.words.join(' ').length - a.words.join(' ').length
}
