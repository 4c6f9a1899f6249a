import type { Reading } from './read-requests.ts'
import type { Token } from './tokenise.ts'

/**
 * What the weights of `request-weights.ts` are about, each once: words, pairs of words, beginnings of longer words
 * (`refac*`), parts of text without spaces (`~直して`), and what the words of the prompt mean, as `<fix tests>`.
 */
export function featuresOf({ prompt, tokens, reading }: ReadPrompt): readonly string[] {
  const question = /[?？]/.test(prompt) ? ['?'] : []
  return [...new Set([...question, ...wordFeatures(tokens), ...meaningFeatures(reading)])]
}

export interface ReadPrompt {
  readonly prompt: string
  readonly tokens: readonly Token[]
  readonly reading: Reading
}

const start = '^'
const boundary = '|'
const testFile = /[._-](?:test|spec)s?\.|(?:^|\/)(?:__tests__|tests?|specs?)\/|(?:^|\/)test_/i
/** Longest part of a text without spaces. Words of Japanese and Chinese mostly have one to three characters. */
const maxPart = 3

function wordFeatures(tokens: readonly Token[]): readonly string[] {
  const features: string[] = [`length ${Math.min(6, Math.floor(Math.log2(tokens.length + 1)))}`]
  let before = start
  for (const { kind, text } of tokens) {
    if (kind === 'break') before = boundary
    else if (kind === 'run') {
      features.push(...partsOf(text))
      if (before === start) features.push(`${start} ~${text.slice(0, 2)}`)
      before = '~'
    } else {
      for (const word of wordsOf(kind, text)) {
        features.push(word, `${before} ${word}`)
        if (kind === 'word' && word.length > 5) features.push(`${word.slice(0, 5)}*`)
        if (kind === 'word' && word.length > 7) features.push(`${word.slice(0, 7)}*`)
        before = word
      }
      if (kind === 'name') features.push(...nameFeatures(text))
    }
  }
  return features
}

/** A name of code counts as a name, what is quoted as words in quotes, and a number by its unit: `10s` is `#s`. */
function wordsOf(kind: Token['kind'], text: string): readonly string[] {
  if (kind === 'name') return ['§']
  if (kind === 'quoted') return text.split(/\s+/).map((word) => `"${word}`)
  return [/^\d/.test(text) ? `#${text.replace(/[\d.,]+/, '')}` : text]
}

function nameFeatures(text: string): readonly string[] {
  const words = text.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).filter((word) => word.length > 3)
  return [...(testFile.test(text) ? ['§test'] : []), ...words.map((word) => `§${word.toLowerCase()}`)]
}

function partsOf(text: string): readonly string[] {
  const parts: string[] = [`~${text.slice(-2)}$`, `~${text.slice(-3)}$`]
  for (let length = 1; length <= maxPart; length += 1) {
    for (let at = 0; at + length <= text.length; at += 1) parts.push(`~${text.slice(at, at + length)}`)
  }
  return parts
}

function meaningFeatures({ requests, topics, negated }: Reading): readonly string[] {
  const features: string[] = []
  for (const [index, { acts, topics: spoken, object }] of requests.entries()) {
    for (const act of acts) {
      features.push(`<${act}>`, ...(index === 0 ? [`<first ${act}>`] : []))
      for (const topic of spoken) features.push(`<${act} .. ${topic}>`)
      for (const topic of object) features.push(`<${act} ${topic}>`)
    }
    for (const topic of object) features.push(`<object ${topic}>`)
  }
  for (const topic of topics) features.push(`<topic ${topic}>`)
  for (const word of negated) features.push(`<not ${word}>`)
  if (requests.length === 0) features.push('<nothing>')
  return features
}
