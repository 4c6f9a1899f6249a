import type { Concept, Words } from './concepts.ts'
import { normalise } from './tokenise.ts'

/** A word or phrase of a language, and what it means. */
export interface Entry {
  /** Its words; one may end in `*` (any letters follow) or be `#` (a number). Of a script without spaces it is one. */
  readonly words: readonly string[]
  readonly concepts: readonly Concept[]
}

export interface Lexicon {
  /** By the first word. */
  readonly byWord: ReadonlyMap<string, readonly Entry[]>
  /** Those whose first word ends in `*`, by its first two letters. */
  readonly byStem: ReadonlyMap<string, readonly Entry[]>
  /** Words that hold sentences together: what tells one language from another. */
  readonly grammar: ReadonlySet<string>
}

const grammarConcepts: ReadonlySet<string> = new Set(['not', 'past', 'and', 'of', 'prep', 'stop', 'define'])

/** Makes the words of a language quick to look up. */
export function compileWords(words: Words): Lexicon {
  const grammar = new Set<string>()
  const byWord = new Map<string, Entry[]>()
  const byStem = new Map<string, Entry[]>()
  for (const [text, concepts] of conceptsByText(words)) {
    const entry: Entry = { words: text.split(' '), concepts }
    const first = entry.words[0] ?? ''
    if (entry.words.length === 1 && concepts.some((concept) => grammarConcepts.has(concept))) grammar.add(text)
    if (first.endsWith('*')) addTo(byStem, first.slice(0, 2), entry)
    else addTo(byWord, first, entry)
  }
  return { byWord, byStem, grammar }
}

/** A part of a text without spaces, and what it means. */
export interface Part {
  readonly text: string
  readonly concepts: readonly Concept[]
}

/** For a script without spaces: its words by their first character, the longest first. */
export function compileParts(words: Words): ReadonlyMap<string, readonly Part[]> {
  const byCharacter = new Map<string, Part[]>()
  for (const [text, concepts] of conceptsByText(words)) addTo(byCharacter, text.slice(0, 1), { text, concepts })
  for (const parts of byCharacter.values()) parts.sort((a, b) => b.text.length - a.text.length)
  return byCharacter
}

function conceptsByText(words: Words): ReadonlyMap<string, readonly Concept[]> {
  const byText = new Map<string, Concept[]>()
  for (const [concept, list] of Object.entries(words)) {
    // Most lines are plain already, and making them so is the larger part of the work.
    const plain = /^[\x20-\x7e\s]*$/.test(list) ? list : normalise(list)
    for (const each of plain.split(',')) {
      const text = each.trim()
      // The keys of Words are concepts.
      if (text !== '') addTo(byText, text, concept as Concept)
    }
  }
  return byText
}

function addTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key)
  if (values) values.push(value)
  else map.set(key, [value])
}
