import type { HasWord, RequiredWord } from './required-texts.ts'
import { scriptRegex } from './script-regex.ts'

interface FileConditions {
  readonly mentions?: readonly string[] | undefined
  readonly looks_like?: readonly string[] | undefined
}

interface Looking {
  readonly words: readonly RequiredWord[]
  readonly regexes: readonly RegExp[]
}

/** Made once for each rule. */
const lookingOf = new WeakMap<FileConditions, Looking>()

/** False where a rule says that it need not be tried on a file: looking through its text costs less than searching its tree. */
export function looksLike(rule: FileConditions, text: string, has: HasWord): boolean {
  const looking = lookingOf.get(rule) ?? {
    words: (rule.mentions ?? []).map((word) => ({ text: word, isWhole: false })),
    regexes: (rule.looks_like ?? []).map(scriptRegex),
  }
  lookingOf.set(rule, looking)
  const { words, regexes } = looking
  return (words.length === 0 || words.some(has)) && (regexes.length === 0 || regexes.some((regex) => regex.test(text)))
}
