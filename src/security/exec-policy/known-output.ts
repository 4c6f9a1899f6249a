import type { Command, ParsedScript, Redirection, SyntaxNode, Word } from 'unbash'
import { shellWord } from './shell-word.ts'

/** What a command prints, where its text alone says so: `echo` and `printf` of known words, `cat` of a here-document. */
export function knownOutput(node: ParsedScript | SyntaxNode): string | undefined {
  if (node.type === 'Script') {
    const [only, ...others] = node.commands
    return only === undefined || others.length > 0 ? undefined : knownOutput(only)
  }
  if (node.type === 'Statement') return knownOutput(node.command)
  return node.type === 'Command' ? outputOfCommand(node) : undefined
}

/** The text that a command gets on its standard input where its redirections hold it. */
export function givenInput(redirects: readonly Redirection[]): string | undefined {
  const last = redirects.at(-1)
  if (last?.type === 'HereString') {
    const value = last.target === undefined ? undefined : shellWord(last.target).value
    return value === undefined ? undefined : `${value}\n`
  }
  if (last?.type === 'HereDoc')
    return last.body.parts === undefined || last.delimiter?.quoted ? last.body.text : undefined
  return undefined
}

/** What a file holds that a word makes: `<(echo …)`. */
export function knownContent(word: Word): string | undefined {
  const [part, ...others] = word.parts ?? []
  if (part?.type !== 'ProcessSubstitution' || part.operator !== '<' || others.length > 0) return undefined
  return part.script === undefined ? undefined : knownOutput(part.script)
}

function outputOfCommand(node: Command): string | undefined {
  if (node.name === undefined || node.args.some((arg) => arg.type !== 'Word')) return undefined
  const words = node.args.map((arg) => (arg.type === 'Word' ? shellWord(arg).value : undefined))
  const known = words.flatMap((word) => word ?? [])
  if (known.length < words.length) return undefined
  switch (shellWord(node.name).value) {
    case 'echo':
      return node.redirects.length === 0 ? echoed(known) : undefined
    case 'printf':
      return node.redirects.length === 0 ? formatted(known) : undefined
    case 'cat':
      return known.length === 0 ? givenInput(node.redirects) : undefined
    default:
      return undefined
  }
}

/** Shells differ in what a backslash means to `echo`, so that with one the text is not known. */
function echoed(words: readonly string[]): string | undefined {
  const texts = words[0] === '-n' ? words.slice(1) : words
  const isPlain = !texts.some((text) => text.includes('\\')) && !/^-[neE]+$/.test(texts[0] ?? '')
  return isPlain ? `${texts.join(' ')}${words[0] === '-n' ? '' : '\n'}` : undefined
}

/** Of the format only `%s`, `%%` and `\n` are understood. */
function formatted([format, ...values]: readonly string[]): string | undefined {
  if (format === undefined || /%(?![s%])|\\(?!n)/.test(format)) return undefined
  const places = format.match(/%s/g)?.length ?? 0
  const rounds = places === 0 ? 1 : Math.max(1, Math.ceil(values.length / places))
  let next = 0
  const fill = (text: string) => (text === '%%' ? '%' : text === '\\n' ? '\n' : (values[next++] ?? ''))
  return Array.from({ length: rounds }, () => format.replace(/%s|%%|\\n/g, fill)).join('')
}
