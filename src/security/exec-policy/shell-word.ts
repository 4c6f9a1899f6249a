import type { Assignment, Word, WordPart } from 'unbash'

/** A word of a command: what it is, where that is known before the command runs, and how it was written. */
export interface ShellWord {
  /** Undefined where an expansion, a glob or a brace decides at run time. */
  readonly value: string | undefined
  readonly text: string
}

/** A word with its quotes taken off, as far as nothing in it is expanded. */
export function shellWord(word: Word): ShellWord {
  return { value: word.parts === undefined ? word.value : joinParts(word.parts), text: word.text }
}

/** `name=value` as one word: `export`, `alias` and `env` take such words. */
export function assignmentWord(assignment: Assignment): ShellWord {
  if (assignment.value.type === 'ArrayValue' || assignment.index !== undefined) {
    return { value: undefined, text: assignment.text }
  }
  const { value } = shellWord(assignment.value)
  return { value: value === undefined ? undefined : `${assignment.name}=${value}`, text: assignment.text }
}

/** A word that stands for nothing else than itself. */
export function literalWord(value: string): ShellWord {
  return { value, text: value }
}

function joinParts(parts: readonly WordPart[]): string | undefined {
  const values = parts.map(partValue)
  return values.every((value) => value !== undefined) ? values.join('') : undefined
}

function partValue(part: WordPart): string | undefined {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return part.value
    case 'DoubleQuoted':
    case 'LocaleString':
      return joinParts(part.parts)
    default:
      return undefined
  }
}
