import { nearestNames } from '../kernel/nearest-names.ts'
import type { CommandArgument, CommandMetadata } from '../plugin-api/command.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { ArgumentValues } from '../plugin-api/handler.ts'
import { type ReadArgument, readArgument } from './read-argument.ts'
import { usageLine } from './usage-line.ts'

/**
 * Gives the words of a command line to the arguments that a command declares.
 *
 * `--name=value`, `--name value`; for a boolean `--name`, `--no-name` and `--name=true|false`; after `--` every word is a
 * value. Words without a name go, in declared order, to the arguments that no option names and that are not boolean; a
 * list or a text that is the last of them takes all that are left. Only a list may be given twice.
 *
 * Every declared argument has a key. Without a word and a default a boolean is false, a list empty, and the rest undefined.
 * @throws CodexError `command.arguments`, with the usage line as hint
 */
export function bindArguments(
  command: CommandMetadata & { readonly name: string },
  argv: readonly string[],
): ArgumentValues {
  const fail: Fail = (problem) => {
    throw new CodexError('command.arguments', `/${command.name}: ${problem}`, { hint: `Usage: ${usageLine(command)}` })
  }
  const { options, positionals } = separate(command.args, argv, fail)
  const words = assignPositionals(command.args, options, positionals, fail)
  return Object.fromEntries(
    command.args.map((argument) => [argument.name, argumentValue(argument, words.get(argument.name), fail)] as const),
  )
}

type Fail = (problem: string) => never
/** The words of each argument, by its name. */
type Words = Map<string, readonly string[]>

function separate(
  args: readonly CommandArgument[],
  argv: readonly string[],
  fail: Fail,
): { options: Words; positionals: readonly string[] } {
  const options: Words = new Map()
  const positionals: string[] = []
  const add = (argument: CommandArgument, word: string): void => {
    const earlier = options.get(argument.name)
    if (earlier && argument.type !== 'list') fail(`--${argument.name} is given twice`)
    options.set(argument.name, [...(earlier ?? []), word])
  }
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? ''
    if (word === '--') return { options, positionals: [...positionals, ...argv.slice(index + 1)] }
    if (!isOption(word)) {
      positionals.push(word)
      continue
    }
    const { argument, value } = readOption(args, word, fail)
    if (value !== undefined) {
      add(argument, value)
      continue
    }
    index += 1
    const next = argv[index]
    if (next === undefined || next === '--' || isOption(next)) fail(`--${argument.name} needs a value`)
    add(argument, next ?? '')
  }
  return { options, positionals }
}

/** `-` alone and a negative number are values. */
function isOption(word: string): boolean {
  return word.startsWith('-') && word !== '-' && !/^-[\d.]/.test(word)
}

/** The argument that `--name`, `--name=value` or `--no-name` means; `value` is undefined where the next word is it. */
function readOption(
  args: readonly CommandArgument[],
  word: string,
  fail: Fail,
): { argument: CommandArgument; value: string | undefined } {
  const match = /^--(?<name>[^=]+)(?:=(?<value>.*))?$/s.exec(word)
  const name = match?.groups?.name ?? word
  const value = match?.groups?.value
  const argument = match && args.find((candidate) => candidate.name === name)
  if (argument) return { argument, value: value ?? (argument.type === 'boolean' ? 'true' : undefined) }
  const negated = args.find((candidate) => candidate.type === 'boolean' && `no-${candidate.name}` === name)
  if (negated && value === undefined) return { argument: negated, value: 'false' }
  if (negated) return fail(`--${name} takes no value`)
  const names = args.map((candidate) => candidate.name)
  const nearest = nearestNames(name, names)
  const known = nearest.length > 0 ? `did you mean --${nearest.join(' or --')}?` : describeOptions(names)
  return fail(`${word.split('=')[0]} is not an option; ${known} A value that begins with - goes after --`)
}

function describeOptions(names: readonly string[]): string {
  return names.length === 0 ? 'there are none.' : `there are --${names.join(', --')}.`
}

function assignPositionals(
  args: readonly CommandArgument[],
  options: Words,
  positionals: readonly string[],
  fail: Fail,
): Words {
  const open = args.filter((argument) => argument.type !== 'boolean' && !options.has(argument.name))
  const words: Words = new Map(options)
  const takesRest = isRest(open.at(-1))
  if (positionals.length > open.length && !takesRest) {
    const [extra] = positionals.slice(open.length)
    const expected = open.length === 0 ? 'none' : open.map((argument) => argument.name).join(', ')
    fail(`"${extra}" is one value too many; the values expected here are: ${expected}. Quote a value with spaces`)
  }
  for (const [index, argument] of open.entries()) {
    const isLast = index === open.length - 1
    const own = isLast && takesRest ? positionals.slice(index) : positionals.slice(index, index + 1)
    if (own.length > 0) words.set(argument.name, argument.type === 'text' ? [own.join(' ')] : own)
  }
  return words
}

function isRest(argument: CommandArgument | undefined): boolean {
  return argument?.type === 'list' || argument?.type === 'text'
}

function argumentValue(argument: CommandArgument, words: readonly string[] | undefined, fail: Fail): unknown {
  if (words === undefined) {
    if (argument.required)
      fail(`${argument.name} is missing${argument.description ? ` (${argument.description})` : ''}`)
    return defaultOf(argument, fail)
  }
  const values = words.map((word) => unwrap(readArgument(argument, word), fail))
  const value = argument.type === 'list' ? values.flat() : values[0]
  if (argument.required && Array.isArray(value) && value.length === 0) fail(`${argument.name} is an empty list`)
  return value
}

/** A default of the file is read as a word would be, so that it has the same type. */
function defaultOf(argument: CommandArgument, fail: Fail): unknown {
  const { default: value, type } = argument
  if (value === undefined || value === null) return type === 'boolean' ? false : type === 'list' ? [] : undefined
  if (Array.isArray(value) && type === 'list') return value.map(String)
  return unwrap(readArgument(argument, String(value)), (problem) =>
    fail(`the default in its file is wrong: ${problem}`),
  )
}

function unwrap(read: ReadArgument, fail: Fail): unknown {
  return 'value' in read ? read.value : fail(read.problem)
}
