import { isNear } from './correct-typo.ts'
import { normalise, type Token } from './tokenise.ts'

const endings = /^(?:s|es|ed|d|ing|er|ers|n|en|e|em|ly|r|ung|ungen|ar|er|ir|as|os|ment|ments)$/

/** The words of a prompt as keywords are compared with them: `topic-0` and `topic 0` are the same. */
export function wordsOf(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token) =>
    token.kind === 'word'
      ? partsOf(token.text).map((text) => ({ kind: token.kind, text }))
      : [token.kind === 'name' ? { kind: token.kind, text: partsOf(normalise(token.text)).join(' ') } : token],
  )
}

function partsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}#+]+/u).filter(Boolean)
}

/** 1: the words of a keyword stand in the prompt, inflected or not; 0.8: one of them with a typing mistake; 0: they do not. */
export function findKeyword(keyword: string, tokens: readonly Token[]): number {
  const words = partsOf(normalise(keyword))
  const [first] = words
  if (!first) return 0
  let best = 0
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index]
    if (token?.kind === 'run' && token.text.includes(words.join(' '))) return 1
    if (token?.kind === 'name' && token.text === words.join(' ')) return 1
    let match = 1
    for (let at = 0; at < words.length && match > 0; at += 1)
      match = Math.min(match, matchOf(words[at] ?? '', tokens[index + at]))
    best = Math.max(best, match)
  }
  return best
}

function matchOf(word: string, token: Token | undefined): number {
  if (!token || token.kind === 'break' || token.kind === 'name') return 0
  const { text } = token
  if (text === word) return 1
  if (token.kind === 'quoted') return ` ${text} `.includes(` ${word} `) ? 1 : 0
  if (word.length >= 3 && text.startsWith(word) && endings.test(text.slice(word.length))) return 1
  if (word.length >= 4 && stem(word) === stem(text)) return 1
  return isNear(word, text) ? 0.8 : 0
}

/** Without the endings of English that change a word's last letters. */
function stem(word: string): string {
  return word.replace(/(?:ies|ied|y)$/, 'i').replace(/(?:ing|ed|es|s|e)$/, '')
}
