import { addScript, hide } from './inside-command.ts'
import { ofFile } from './other-commands.ts'
import { findProgram } from './programs/find-program.ts'
import type { ProgramSpec } from './programs/program-spec.ts'
import { readArguments } from './programs/read-arguments.ts'
import { beOpaque, readBySpec, type Unwrapping } from './read-by-spec.ts'
import { literalWord, quotedWord, type ShellWord, unknownWord } from './shell-word.ts'

/** A shell, or `source`: the text behind `-c`, of its standard input or of a file that the script itself makes. */
export function unwrapShell(deps: Unwrapping, words: readonly ShellWord[]): void {
  const { inside, program, around } = deps
  const args = readArguments(words, findProgram(program) ?? {})
  if (args.options.some(({ kind }) => kind === 'inert')) return
  for (const { kind, name, value } of args.options) {
    if (kind === 'code') beOpaque(inside, `${program} ${name} runs the commands in a file`)
    if (kind === 'shell' && value !== undefined) addScript(inside, [value.value], `${program} ${name}`)
  }
  inside.transparent = inside.hidden === undefined && inside.scripts.length > 0
  if (args.open !== undefined && args.open !== args.operands[0]) {
    inside.unknown.push(`${program} runs ${args.open.text}`)
    return
  }
  const [first] = args.operands
  if (args.options.some(({ name }) => name === '-c')) {
    inside.transparent = inside.hidden === undefined
    addScript(inside, [first?.value], `${program} -c`)
    return
  }
  if (inside.scripts.length > 0) return
  const isInput = first === undefined || args.options.some(({ name }) => name === '-s') || isStandardInput(first.value)
  if (isInput) readInput(deps, first !== undefined)
  else if (first.content !== undefined) {
    inside.transparent = inside.hidden === undefined
    inside.scripts.push(first.content)
  } else if (/^[<>]\(/.test(first.text) || (first.value === undefined && first.start === '' && !isSource(program))) {
    inside.unknown.push(`${program} runs ${first.text}`)
  } else inside.opaque = true // a file: who allows the shell with it means what it holds
  if (!isInput && first.content === undefined) inside.possible.push(...ofFile(args.operands))
  if (around.isAnywhere) inside.transparent = false
}

function readInput({ inside, program, around }: Unwrapping, isNamed: boolean): void {
  if (isSource(program) && !isNamed) hide(inside, `${program} runs what it reads`)
  else if (around.input === undefined) inside.unknown.push(`${program} runs what it reads`)
  else {
    inside.transparent = inside.hidden === undefined
    inside.scripts.push(around.input)
  }
}

function isSource(program: string): boolean {
  return program === 'source' || program === '.'
}

function isStandardInput(value: string | undefined): boolean {
  return value !== undefined && /^(?:-|\/dev\/stdin|\/dev\/fd\/0|\/proc\/(?:self|\$\$)\/fd\/0)$/.test(value)
}

/**
 * `env -S text words`: env(1) takes the text apart as a shell does, but for its escapes (`\_` is a blank), and appends the words. False where there is
 * none, which the spec says.
 */
export function unwrapEnv(deps: Unwrapping, words: readonly ShellWord[]): boolean {
  const { inside } = deps
  const spec = findProgram('env') ?? {}
  const { options, operands } = readArguments(words, spec)
  const split = options.find(({ kind }) => kind === 'shell')
  if (split === undefined && operands[0]?.value === '-') {
    if (!unwrapEnv(deps, operands.slice(1))) readBySpec(deps, operands.slice(1), spec) // as -i
    return true
  }
  if (split === undefined) return false
  const text = split.value?.value
  inside.transparent = true
  if (text === undefined || text.includes('\\') || options.filter(({ kind }) => kind === 'shell').length > 1) {
    inside.unknown.push(`env -S runs ${split.value?.text ?? 'nothing'}`)
    return true
  }
  const rest = wordsBehindText(words, spec)
  if (rest === undefined) inside.unknown.push('env -S stands behind many options')
  else inside.scripts.push(['env', text, ...rest.map(quotedWord)].join(' '))
  return true
}

/** What stands behind the text of `-S` is none of env's options any more: `env -S bash -c text`. */
function wordsBehindText(words: readonly ShellWord[], spec: ProgramSpec): readonly ShellWord[] | undefined {
  for (let count = 1; count <= Math.min(words.length, mostOptions); count += 1) {
    const { options } = readArguments(words.slice(0, count), spec)
    if (options.some(({ kind, value }) => kind === 'shell' && value !== undefined)) return words.slice(count)
  }
  return undefined
}

const mostOptions = 100

/** Words that `xargs` reads stand behind those of the command, or in place of a mark. False where its options are not known. */
export function unwrapXargs(deps: Unwrapping, words: readonly ShellWord[]): boolean {
  const { inside, around } = deps
  const spec = findProgram('xargs') ?? {}
  const args = readArguments(words, spec)
  if (args.unlisted !== undefined || args.open !== undefined || args.options.some(({ kind }) => kind === 'inert'))
    return false
  inside.transparent = true
  inside.takesInput = true
  const command = args.operands.length > 0 ? args.operands : [literalWord('echo')]
  const replacing = args.options.find(({ name }) => /^(?:-I|-i|--replace)$/.test(name))
  const input = args.options.some(({ name }) => /^(?:-a|--arg-file|-0|--null|-d|--delimiter)$/.test(name))
    ? undefined
    : around.input
  const isKnown = input !== undefined && !/["'\\]/.test(input) && input.length < longestInput
  if (replacing !== undefined) {
    const mark = replacing.value?.value ?? '{}'
    const fillings = isKnown ? input.split('\n').filter((line) => line.trim() !== '') : [undefined]
    for (const filling of fillings) {
      const filled = command.map((word) => filledWord(word, mark, filling))
      inside.commands.push(filled)
      // GNU xargs leaves the name of the program as it is.
      if (filled[0]?.value !== command[0]?.value) inside.commands.push([...command.slice(0, 1), ...filled.slice(1)])
    }
    return true
  }
  const given = isKnown
    ? input
        .split(/\s+/)
        .filter((word) => word !== '')
        .map(literalWord)
    : [unknownWord('words that it reads')]
  inside.commands.push([...command, ...given])
  const isApart = args.options.some(({ name }) => /^(?:-n|--max-args|-L|-l|--max-lines)$/.test(name))
  if (isApart) for (const word of given) inside.commands.push([...command, word])
  return true
}

const longestInput = 4096

function filledWord(word: ShellWord, mark: string, filling: string | undefined): ShellWord {
  const { value, start, text } = word
  if (!(value ?? start).includes(mark)) return word
  if (value === undefined || filling === undefined)
    return { ...unknownWord(text, start.slice(0, start.indexOf(mark))), splits: false }
  return literalWord(value.replaceAll(mark, () => filling.trim()))
}
