import type { Assignment, Word, WordPart } from 'unbash'

/** A word of a command: what it is, where that is known before the command runs, and how it was written. */
export interface ShellWord {
  /** Undefined where an expansion, a glob or a brace decides at run time. */
  readonly value: string | undefined
  readonly text: string
  /** What it begins with, known or not: `-o` of `-o$file`. Empty where that is not known. */
  readonly start: string
  /** True where it may become further words, which begin otherwise: `$x`, `"$@"`. */
  readonly splits: boolean
  /** What a file holds that `<(echo …)` makes. Absent: it is no such file, or what it holds is not known. */
  readonly content?: string
  /** True of a file that an interpreter runs and that is not known: it could be any program, and only the words behind it say which command. */
  readonly couldBeAny?: boolean
}

/** A word with its quotes taken off, as far as nothing in it is expanded. */
export function shellWord(word: Word): ShellWord {
  if (word.parts === undefined) return { ...literalWord(word.value), text: word.text }
  return { ...joinParts(word.parts), text: word.text }
}

/** `name=value` as one word: `export`, `alias` and `env` take such words. */
export function assignmentWord(assignment: Assignment): ShellWord {
  const name = `${assignment.name}=`
  if (assignment.value.type === 'ArrayValue' || assignment.index !== undefined) {
    return unknownWord(assignment.text, name)
  }
  const { value, start, splits } = shellWord(assignment.value)
  return {
    value: value === undefined ? undefined : `${name}${value}`,
    ...{ text: assignment.text, start: `${name}${start}`, splits },
  }
}

/** A word that stands for nothing else than itself. */
export function literalWord(value: string): ShellWord {
  return { value, text: value, start: value, splits: false }
}

/** A word of which only the beginning is known. */
export function unknownWord(text: string, start = ''): ShellWord {
  return { value: undefined, text, start, splits: true }
}

/** A word as shell text that stands for it again. */
export function quotedWord({ value }: ShellWord): string {
  return value === undefined ? '"$@"' : `'${value.replaceAll("'", String.raw`'\''`)}'`
}

/** What is left of a word behind its first characters, which have to be known. */
export function restOfWord(word: ShellWord, from: number): ShellWord {
  const { value, text, start, splits } = word
  return {
    value: value?.slice(from),
    text: value === undefined ? text : value.slice(from),
    start: start.slice(from),
    splits,
  }
}

type Joined = Pick<ShellWord, 'value' | 'start' | 'splits'>

function joinParts(parts: readonly WordPart[]): Joined {
  let start = ''
  let isKnown = true
  let splits = false
  for (const part of parts) {
    const joined = partValue(part)
    if (isKnown) start += joined.start
    if (joined.value === undefined) isKnown = false
    splits ||= joined.splits
  }
  return { value: isKnown ? start : undefined, start, splits }
}

function partValue(part: WordPart): Joined {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return { value: part.value, start: part.value, splits: false }
    case 'DoubleQuoted':
    case 'LocaleString':
      // Quotes keep what they hold one word, but for lists.
      return { ...joinParts(part.parts), splits: /\$@|[[@]@|\$\{@/.test(part.text) }
    case 'Glob':
    case 'ExtendedGlob':
      return { value: undefined, start: '', splits: false }
    default:
      return { value: undefined, start: '', splits: part.type !== 'BraceExpansion' || /[$`]/.test(part.text) }
  }
}
