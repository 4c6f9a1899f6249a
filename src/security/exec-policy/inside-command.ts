import type { NameMade } from './names-made.ts'
import { type ShellWord, unknownWord } from './shell-word.ts'

/** What a simple command starts in turn, and what it touches by itself. Filled while its words are read. */
export interface InsideCommand {
  /** True for a wrapper whose inner command stands in the list too. */
  transparent: boolean
  /** Why its words do not say all that it does. */
  hidden?: string
  /** True where it runs code that cannot be read here. */
  opaque: boolean
  /** True where it reads its standard input itself, and what it runs does not: `xargs`. */
  takesInput: boolean
  /** True where what it may run elsewhere runs in a container. */
  contained: boolean
  readonly commands: (readonly ShellWord[])[]
  /** Commands that it may run elsewhere: whoever allows it means them too, and a denial holds for them. */
  readonly possible: (readonly ShellWord[])[]
  /** Shell scripts that it runs, as text; those that it may run elsewhere. */
  readonly scripts: string[]
  readonly possibleScripts: string[]
  /** Commands that it runs and that cannot be known. */
  readonly unknown: string[]
  readonly unsure: string[]
  readonly reads: string[]
  readonly writes: string[]
  /** Those that it writes under names that are not known before it runs, as written. */
  readonly unknownWrites: string[]
  /** Files that it writes as a redirection does: `tee`. */
  readonly outputs: string[]
  /** Variables that it sets to a text, and those whose text it reads as code; `?` is one that is not known. */
  readonly sets: string[]
  readonly evaluates: string[]
  /** Names that it makes for programs, for what the script runs besides. */
  readonly names: NameMade[]
  changesDirectory: boolean
}

export function nothingInside(): InsideCommand {
  return {
    ...{ transparent: false, opaque: false, takesInput: false, contained: false, changesDirectory: false },
    ...{ commands: [], possible: [], scripts: [], possibleScripts: [], unknown: [], unsure: [] },
    ...{ reads: [], writes: [], unknownWrites: [], outputs: [], sets: [], evaluates: [], names: [] },
  }
}

/** Text that a shell runs: read where it is known, and a command that is not known where it is not. */
export function addScript(inside: InsideCommand, texts: readonly (string | undefined)[], name: string): void {
  if (texts.includes(undefined)) inside.unknown.push(`${name} runs a text that is not known`)
  else inside.scripts.push(texts.join(' '))
}

export function hide(inside: InsideCommand, why: string): void {
  inside.hidden ??= why
}

/** Where a line's form is not known, every rest of it may be a command, and every word with blanks a script. */
export function addAnywhere(inside: InsideCommand, words: readonly ShellWord[], why: string): void {
  inside.commands.push(...suffixes(words))
  inside.scripts.push(...textsWithBlanks(words))
  inside.unsure.push(why)
}

/** The same for what runs elsewhere, but for rests that begin with a word that is no program. */
export function addElsewhere(
  inside: InsideCommand,
  words: readonly ShellWord[],
  noPrograms: ReadonlySet<ShellWord>,
): void {
  inside.possible.push(...suffixes(words).filter(([first]) => first !== undefined && !noPrograms.has(first)))
  inside.possibleScripts.push(...textsWithBlanks(words))
}

const rest: ShellWord = unknownWord('…')

/** Every rest of a line costs its length again: of a long one the first are enough, since what is behind them counts as unknown. */
const mostSuffixes = 200

function suffixes(words: readonly ShellWord[]): readonly (readonly ShellWord[])[] {
  const kept = words.slice(0, mostSuffixes).map((_, index) => words.slice(index, index + mostSuffixes))
  return words.length > mostSuffixes ? [...kept, [rest]] : kept
}

function textsWithBlanks(words: readonly ShellWord[]): readonly string[] {
  return words.flatMap(({ value }) => (value !== undefined && /\s/.test(value) ? [value] : []))
}
