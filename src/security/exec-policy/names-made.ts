import { programsOfFile } from './program-of-file.ts'
import { findProgram } from './programs/find-program.ts'
import { readArguments } from './programs/read-arguments.ts'
import { literalWord, quotedWord, type ShellWord } from './shell-word.ts'

type Words = readonly ShellWord[]

/** A name that a script makes for a program: by `alias`, `hash -p`, a link or a copy. */
export interface NameMade {
  readonly name: string
  /** What stands in its place: the text of an alias, or the program, which may go by several names. */
  readonly meant: string | Words
}

/** What a later command of the same script could mean by a name that this one makes. */
export function namesMade(program: string, words: Words): readonly NameMade[] {
  switch (program) {
    case 'alias':
      return words.flatMap(({ value }) => {
        const [, name, text] = /^([^=]+)=(.*)$/s.exec(value ?? '') ?? []
        return name === undefined || text === undefined ? [] : [{ name, meant: text }]
      })
    case 'hash': {
      const { options, operands } = readArguments(words, { options: { plain: '-p= -d -l -r -t' } })
      const file = options.find(({ name }) => name === '-p')?.value
      return operands.flatMap((name) => of(file, name))
    }
    case 'ln':
    case 'cp':
    case 'mv':
    case 'install': {
      const [file, name, ...others] = readArguments(words, findProgram(program) ?? {}).operands
      return others.length > 0 ? [] : of(file, name)
    }
    default:
      return []
  }
}

function of(file: ShellWord | undefined, name: ShellWord | undefined): readonly NameMade[] {
  if (file === undefined || name?.value === undefined) return []
  return [{ name: nameIn(name.value), meant: programsOfFile(file) }]
}

/** What a command is besides under the names that were made: shell text, or words. */
export function meantByNames([program, ...words]: Words, names: readonly NameMade[]): readonly (string | Words)[] {
  if (program?.value === undefined) return []
  const called = nameIn(program.value)
  return names.flatMap(({ name, meant }): readonly (string | Words)[] => {
    if (name !== called) return []
    if (typeof meant === 'string') return [`${meant} ${words.map(quotedWord).join(' ')}`]
    return meant.map((each) => [each.value === undefined ? each : literalWord(each.value), ...words])
  })
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
