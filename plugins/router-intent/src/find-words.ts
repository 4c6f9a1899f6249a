import { compileParts, compileWords, type Entry, type Lexicon } from './compile-words.ts'
import type { Concept, Words } from './concepts.ts'
import { correctTypo } from './correct-typo.ts'
import type { Token } from './tokenise.ts'
import { chinese } from './words/chinese.ts'
import { english } from './words/english.ts'
import { french } from './words/french.ts'
import { german } from './words/german.ts'
import { japanese } from './words/japanese.ts'
import { korean } from './words/korean.ts'
import { moreLanguages } from './words/more-languages.ts'
import { portuguese } from './words/portuguese.ts'
import { russian } from './words/russian.ts'
import { spanish } from './words/spanish.ts'

/** How a language builds a phrase: `review page`, `página de reseñas`, or with the verb at the end. */
export type WordOrder = 'english' | 'head-last' | 'head-first' | 'verb-last' | 'chinese'

/** A word of the prompt, or several that mean one thing, and what it means; a name or an unknown word means nothing. */
export interface Item {
  readonly kind: 'known' | 'other' | 'name' | 'quoted' | 'break'
  readonly text: string
  readonly concepts: ReadonlySet<Concept>
  /** Whether the word follows without a space, in Japanese, Chinese and Korean. */
  readonly isJoined: boolean
}

export interface FoundWords {
  readonly items: readonly Item[]
  readonly order: WordOrder
}

const latin: readonly { readonly words: Words; readonly order: WordOrder }[] = [
  { words: english, order: 'english' },
  { words: german, order: 'head-last' },
  { words: spanish, order: 'head-first' },
  { words: french, order: 'head-first' },
  { words: portuguese, order: 'head-first' },
  { words: moreLanguages, order: 'head-first' },
]
/** Where English knows so many of the words, no other language is tried: each takes a millisecond to make ready. */
const englishShare = 0.75
const nothing: ReadonlySet<Concept> = new Set()
const boundary: Item = { kind: 'break', text: '', concepts: nothing, isJoined: false }

/** Says what the words of a prompt mean, in whatever language or mixture it is written. */
export function findWords(tokens: readonly Token[]): FoundWords {
  const runs = tokens.flatMap(({ kind, text }) => (kind === 'run' ? [text] : [])).join('')
  if (runs !== '') {
    const isJapanese = /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(runs)
    const isKorean = /\p{Script=Hangul}/u.test(runs)
    const words = isJapanese ? japanese : isKorean ? korean : chinese
    return { items: itemsWithRuns(tokens, words), order: isJapanese || isKorean ? 'verb-last' : 'chinese' }
  }
  const isRussian = tokens.some(({ kind, text }) => kind === 'word' && /\p{Script=Cyrillic}/u.test(text))
  const own = compileWords(english)
  if (isRussian) return { items: itemsOf(tokens, [compileWords(russian), own]), order: 'head-first' }
  const { lexicon, order, others } = languageOf(tokens, own)
  const further = others.filter((each) => each !== lexicon && each !== own).map(withoutGrammar)
  return {
    items: itemsOf(tokens, lexicon === own ? [own, ...further] : [lexicon, withoutGrammar(own), ...further]),
    order,
  }
}

interface Language {
  readonly lexicon: Lexicon
  readonly order: WordOrder
  /** Languages that know two words or more that neither it nor English knows: the prompt is a mixture. */
  readonly others: readonly Lexicon[]
}

/** The language of which the prompt holds most words; English where it is one of several. */
function languageOf(tokens: readonly Token[], own: Lexicon): Language {
  let best: Omit<Language, 'others'> = { lexicon: own, order: 'english' }
  const all: Lexicon[] = []
  let most = -1
  const texts = tokens.flatMap(({ kind, text }) => (kind === 'word' ? [text] : []))
  const isEnglish = texts.filter((text) => isKnown(text, own)).length >= texts.length * englishShare
  for (const { words, order } of isEnglish ? latin.slice(0, 1) : latin) {
    const lexicon = words === english ? own : compileWords(words)
    const count =
      texts.filter((text) => isKnown(text, lexicon)).length + texts.filter((text) => lexicon.grammar.has(text)).length
    if (count > most) [best, most] = [{ lexicon, order }, count]
    all.push(lexicon)
  }
  const strange = texts.filter((text) => !isKnown(text, best.lexicon) && !isKnown(text, own))
  const others = all.filter((lexicon) => strange.filter((text) => isKnown(text, lexicon)).length > 1)
  return { ...best, others }
}

function isKnown(text: string, lexicon: Lexicon): boolean {
  if (lexicon.byWord.get(text)?.some(({ words }) => words.length === 1)) return true
  const stems = lexicon.byStem.get(text.slice(0, 2)) ?? []
  return stems.some(({ words }) => words.length === 1 && matchesWord(words[0] ?? '', text))
}

function withoutGrammar(lexicon: Lexicon): Lexicon {
  const isGrammar = ({ words }: Entry) => words.length === 1 && lexicon.grammar.has(words[0] ?? '')
  return {
    ...lexicon,
    byWord: new Map([...lexicon.byWord].map(([key, entries]) => [key, entries.filter((entry) => !isGrammar(entry))])),
  }
}

function itemsOf(tokens: readonly Token[], lexicons: readonly Lexicon[]): readonly Item[] {
  const items: Item[] = []
  for (let index = 0; index < tokens.length; ) {
    const token = tokens[index]
    if (!token) break
    if (token.kind !== 'word') {
      items.push(plainItem(token))
      index += 1
      continue
    }
    const found = longestAt(tokens, index, lexicons)
    if (found) {
      items.push(found.item)
      index += found.length
      continue
    }
    items.push(...unknownWord(token.text, lexicons))
    index += 1
  }
  return items
}

function plainItem({ kind, text }: Token): Item {
  if (kind === 'break') return boundary
  return { kind: kind === 'quoted' ? 'quoted' : 'name', text, concepts: nothing, isJoined: false }
}

function longestAt(
  tokens: readonly Token[],
  index: number,
  lexicons: readonly Lexicon[],
): { item: Item; length: number } | undefined {
  let best: Entry | undefined
  const first = tokens[index]?.text ?? ''
  for (const lexicon of lexicons) {
    const candidates = [...(lexicon.byWord.get(first) ?? []), ...(lexicon.byStem.get(first.slice(0, 2)) ?? [])]
    for (const entry of candidates) {
      if (best && entry.words.length <= best.words.length) continue
      if (entry.words.every((word, at) => matchesToken(word, tokens[index + at]))) best = entry
    }
  }
  if (!best) return undefined
  const text = tokens
    .slice(index, index + best.words.length)
    .map((token) => token.text)
    .join(' ')
  return { item: known(text, best.concepts), length: best.words.length }
}

function known(text: string, concepts: Iterable<Concept>, isJoined = false): Item {
  return { kind: 'known', text, concepts: new Set(concepts), isJoined }
}

function matchesToken(word: string, token: Token | undefined): boolean {
  return token !== undefined && token.kind === 'word' && matchesWord(word, token.text)
}

function matchesWord(word: string, text: string): boolean {
  if (word === text) return true
  if (word.endsWith('*')) return text.startsWith(word.slice(0, -1))
  return word === '#' && /^\d/.test(text)
}

/** A word that no language has: its parts at a dash, or the word that it is a typing mistake for. */
function unknownWord(text: string, lexicons: readonly Lexicon[]): readonly Item[] {
  const parts = text.split('-').filter(Boolean)
  if (parts.length > 1) {
    const tokens = parts.map((part) => ({ kind: 'word' as const, text: part }))
    return itemsOf(tokens, lexicons)
  }
  for (const lexicon of lexicons) {
    const corrected = correctTypo(text, lexicon)
    if (corrected) return [known(text, corrected.concepts)]
  }
  return [{ kind: 'other', text, concepts: nothing, isJoined: false }]
}

function itemsWithRuns(tokens: readonly Token[], words: Words): readonly Item[] {
  const parts = compileParts(words)
  const spaced = [compileWords(words), withoutGrammar(compileWords(english))]
  // A phrase of Korean may hold a space.
  const joined: Token[] = []
  for (const token of tokens) {
    const last = joined.at(-1)
    if (token.kind === 'run' && last?.kind === 'run')
      joined[joined.length - 1] = { kind: 'run', text: `${last.text} ${token.text}` }
    else joined.push(token)
  }
  return joined.flatMap((token) => (token.kind === 'run' ? itemsOfRun(token.text, parts) : itemsOf([token], spaced)))
}

function itemsOfRun(text: string, parts: ReturnType<typeof compileParts>): readonly Item[] {
  const items: Item[] = []
  let unknown = ''
  let isJoined = false
  const flush = () => {
    if (unknown.trim() !== '') items.push({ kind: 'other', text: unknown.trim(), concepts: nothing, isJoined: true })
    unknown = ''
  }
  for (let at = 0; at < text.length; ) {
    const character = text.slice(at, at + 1)
    const entry = parts.get(character)?.find((each) => text.startsWith(each.text, at))
    // One letter of grammar inside of an unknown word is part of that word.
    if (!entry) {
      if (character === ' ') {
        flush()
        isJoined = false
      } else unknown += character
      at += 1
      continue
    }
    flush()
    items.push(known(entry.text, entry.concepts, isJoined))
    isJoined = true
    at += entry.text.length
  }
  flush()
  return items
}
