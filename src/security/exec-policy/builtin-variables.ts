import { arithmeticNames, expandedNames } from './evaluated-variables.ts'
import type { ShellWord } from './shell-word.ts'

/** What a builtin does with variables: those that it sets to a text, and those whose text it reads as code. */
export interface BuiltinVariables {
  readonly sets: readonly string[]
  readonly evaluates: readonly string[]
}

const none: BuiltinVariables = { sets: [], evaluates: [] }

/** From bash(1), SHELL BUILTIN COMMANDS: a name that such a builtin takes may have a subscript, which is evaluated. */
export function builtinVariables(program: string, words: readonly ShellWord[]): BuiltinVariables {
  switch (program) {
    case 'read':
    case 'mapfile':
    case 'readarray':
    case 'getopts':
    case 'unset':
    case 'wait':
      return joined(words.filter((word) => !isOption(word)).map(namedVariable))
    case 'printf':
    case 'test':
    case '[':
      return joined(words.filter((_, index) => /^-[vR]$/.test(words[index - 1]?.value ?? '')).map(namedVariable))
    case 'let':
      return { sets: [], evaluates: words.flatMap((word) => arithmeticNames(word.value ?? word.text)) }
    case 'export':
    case 'declare':
    case 'typeset':
    case 'readonly':
    case 'local':
      return declared(words)
    default:
      return none
  }
}

/** `-i` makes every later value arithmetic, `-n` the name of another variable. */
function declared(words: readonly ShellWord[]): BuiltinVariables {
  const isEvaluated = words.some(({ value }) => /^-[a-zA-Z]*[in]/.test(value ?? ''))
  return joined(
    words
      .filter((word) => !isOption(word))
      .map(({ value, text }) => {
        const written = value ?? text
        const at = written.indexOf('=')
        const name = namedVariable({ value: value?.split('=')[0] ?? literalName(text), text: text.split('=')[0] ?? '' })
        const isQuoted = value !== undefined && at !== -1
        if (!isEvaluated) return { ...name, sets: isQuoted || name.evaluates.length > 0 ? name.sets : [] }
        const inValue = at === -1 ? [] : arithmeticNames(written.slice(at + 1))
        return {
          sets: [...name.sets, ...inValue.filter((each) => each !== '?')],
          evaluates: [...name.evaluates, ...name.sets, ...inValue],
        }
      }),
  )
}

/** The name before `=` where it is written out, whatever the value is. */
function literalName(text: string): string | undefined {
  return /^([A-Za-z_]\w*)(?:\+?=|$)/.exec(text)?.[1]
}

function namedVariable({ value, text }: Pick<ShellWord, 'value' | 'text'>): BuiltinVariables {
  if (value === undefined) return { sets: ['?'], evaluates: expandedNames(text) }
  const [, name, subscript] = /^([A-Za-z_]\w*)\+?(?:\[(.*)\])?$/s.exec(value) ?? []
  if (name === undefined) return none
  return { sets: [name], evaluates: subscript === undefined ? [] : arithmeticNames(subscript) }
}

function isOption({ value }: ShellWord): boolean {
  return value?.startsWith('-') ?? false
}

function joined(all: readonly BuiltinVariables[]): BuiltinVariables {
  return { sets: all.flatMap(({ sets }) => sets), evaluates: all.flatMap(({ evaluates }) => evaluates) }
}
