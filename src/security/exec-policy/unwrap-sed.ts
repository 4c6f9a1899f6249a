import { hide, type InsideCommand } from './inside-command.ts'
import { findProgram } from './programs/find-program.ts'
import { readArguments } from './programs/read-arguments.ts'
import { addFile } from './read-by-spec.ts'
import type { ShellWord } from './shell-word.ts'

/**
 * Reads a call of `sed`: printing lines and plain substitutions only read; anything else can write files (`w`, `-i`) or run commands
 * (`e`). Gives the commands that stand in its text.
 */
export function sedEffect(inside: InsideCommand, words: readonly ShellWord[]): readonly string[] {
  const { options, operands, unlisted, open } = readArguments(words, findProgram('sed') ?? {})
  if (options.some(({ kind }) => kind === 'inert')) return []
  const given = options.filter(({ name }) => name === '-e' || name === '--expression').map(({ value }) => value)
  const scripts = given.length > 0 ? given : operands.slice(0, 1)
  const files = given.length > 0 ? operands : operands.slice(1)
  if (options.some(({ kind }) => kind === 'writes')) for (const file of files) addFile(inside, file, 'writes', 'sed -i')
  const other = options.find(({ kind }) => kind === 'code')
  if (other !== undefined) {
    hide(inside, `sed ${other.name} runs a script of its own`)
    inside.opaque = true
  }
  if (unlisted !== undefined) hide(inside, `sed ${unlisted} is not known`)
  if (open !== undefined && open !== scripts[0]) hide(inside, `sed ${open.text} may write files or run commands`)
  const odd = scripts.find((word) => word?.value === undefined || !isPlainSedScript(word.value))
  if (odd !== undefined) hide(inside, `sed ${odd.text} may write files or run commands`)
  if (scripts.some((word) => word?.value === undefined || runsInput(word.value))) inside.opaque = true
  return scripts.flatMap((word) => (word?.value === undefined ? [] : commandsIn(word.value)))
}

const address = String.raw`(?:\d+|\$|/[^/\n;{}]*/)`
const range = `(?:${address}(?:,\\s*(?:\\+?${address}))?)?`
const substitution = String.raw`s([/|#,])(?:(?!\1)[^\\\n]|\\[^\n])*\1(?:(?!\1)[^\\\n]|\\[^\n])*\1[gpiI\d]*`

function isPlainSedScript(script: string): boolean {
  return script
    .split(/\n|;(?=\s*[\d$]*[pdq=s]?)/)
    .map((part) => part.trim())
    .every((part) => part === '' || new RegExp(`^${range}\\s*(?:[pdqD=]|${substitution})$`).test(part))
}

/** Whether what it reads may run: by `e` alone, or by the flag `e` of a substitution, around whose text the rest of the line stands. */
function runsInput(script: string): boolean {
  return (
    /(?:^|[\s;{}/\d$!,])e\s*(?:$|[;}#\n])/.test(script) ||
    /s(.)((?:(?!\1).)*)\1((?:(?!\1).)*)\1[a-zA-Z\d]*e/s.test(script)
  )
}

/** `e command`, and what a substitution with the flag `e` makes. */
function commandsIn(script: string): readonly string[] {
  const run = [...script.matchAll(/(?:^|[\s;{}/\d$!,])e\s+([^\n]+)/g)].flatMap(([, text]) => text ?? [])
  const made = [...script.matchAll(/s(.)((?:(?!\1).)*)\1((?:(?!\1).)*)\1[a-zA-Z\d]*e/g)].flatMap(
    ([, , , text]) => text ?? [],
  )
  return [...run, ...made]
}
