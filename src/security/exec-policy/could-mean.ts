import { possiblyStartsWith } from '../permissions/command-prefix.ts'
import { type CommandPattern, matchesCommand } from './covers-command.ts'
import { findProgram, findSubcommand } from './programs/find-program.ts'
import { gitCommands, gitOptions } from './programs/git.ts'
import type { ProgramSpec } from './programs/program-spec.ts'
import { type Arguments, findOption, readArguments } from './programs/read-arguments.ts'
import type { SimpleCommand } from './script-reading.ts'
import { programName } from './unwrap.ts'

/**
 * Whether a command is what a prompt or forbid rule is about, or could be once its unknown words are known. Options of the rule may
 * stand anywhere among those of the command, in a cluster, shortened or under another name: `rm -rf` is also `rm -v -fr x`, `rm x --rec --force`.
 */
export function couldMean(pattern: CommandPattern, command: SimpleCommand): boolean {
  const [program, ...rest] = pattern
  if (program === undefined) return false
  const isFirst = matchesCommand({ pattern: [program] }, command, possiblyStartsWith)
  if (!isFirst || rest.length === 0 || command.known.length === 0) return isFirst
  const asWords = () => matchesCommand({ pattern }, command, possiblyStartsWith)
  const options = rest.filter(isOptionElement)
  const isMixed = rest.some((element) => alternativesOf(element).includes('--') || isHalfOption(element))
  const read = argumentsOf(command)
  if (isMixed || (options.length > 0 && read.spec === undefined && asWords())) return asWords()
  const isMeant = options.every((element) => hasOption(element, read)) && hasOperands(rest, read.args)
  return isMeant || (options.length === 0 && asWords())
}

interface Read {
  /** Absent: nobody said how the program reads its words. */
  readonly spec?: ProgramSpec
  readonly args: Arguments
}

const asWritten: ProgramSpec = { style: 'whole' }

function argumentsOf({ words }: SimpleCommand): Read {
  const name = programName(words[0]?.value)
  if (name === 'git') return argumentsOfGit(words)
  const spec = name === undefined ? undefined : findProgram(name)
  return { args: readArguments(words.slice(1), spec ?? asWritten), ...(spec && { spec }) }
}

function argumentsOfGit([, ...words]: SimpleCommand['words']): Read {
  const [subcommand, ...rest] = words
  const name = subcommand?.value
  if (subcommand === undefined || subcommand.start.startsWith('-'))
    return { spec: gitOptions, args: readArguments(words, gitOptions) }
  const spec = name === undefined ? {} : (findSubcommand({ subcommands: gitCommands }, name) ?? {})
  const args = readArguments(rest, spec)
  const open = args.open ?? (name === undefined && subcommand.splits ? subcommand : undefined)
  return { spec, args: { ...args, operands: [subcommand, ...args.operands], ...(open && { open }) } }
}

function alternativesOf(element: CommandPattern[number]): readonly string[] {
  return typeof element === 'string' ? [element] : element
}

function isOptionElement(element: CommandPattern[number]): boolean {
  return alternativesOf(element).every((word) => /^-./.test(word))
}

/** An option or a word: only at its place it means what it says. */
function isHalfOption(element: CommandPattern[number]): boolean {
  return !isOptionElement(element) && alternativesOf(element).some((word) => /^-./.test(word))
}

function hasOption(element: CommandPattern[number], { spec, args }: Read): boolean {
  return args.open !== undefined || alternativesOf(element).some((written) => isGiven(written, spec ?? asWritten, args))
}

function isGiven(written: string, spec: ProgramSpec, { options }: Arguments): boolean {
  if (spec.style === 'whole')
    return options.some(({ name, value }) => name === written || `${name}=${value?.value}` === written)
  return lettersOf(written, spec).every((wanted) => {
    const same = spec.same?.split('|').find((group) => group.split(' ').includes(wanted)) ?? wanted
    const names = same.split(' ')
    return options.some(
      ({ name }) => names.includes(name) || (/^--./.test(name) && names.some((each) => each.startsWith(name))),
    )
  })
}

/** `-rf` is `-r` and `-f`, up to a letter that takes the rest. */
function lettersOf(written: string, spec: ProgramSpec): readonly string[] {
  if (written.startsWith('--')) return [written.split('=')[0] ?? written]
  const letters: string[] = []
  for (const letter of written.slice(1)) {
    letters.push(`-${letter}`)
    const listed = findOption(spec, `-${letter}`, false)
    if (listed !== undefined && listed.takes !== 'none') break
  }
  return letters
}

/** The words of the rule that are no options, in order, as the first operands. */
function hasOperands(rest: CommandPattern, { operands, open }: Arguments): boolean {
  let at = 0
  for (const element of rest) {
    if (isOptionElement(element)) continue
    const operand = operands[at]
    if (operand === undefined) return open !== undefined
    if (operand.value === undefined && operand.splits) return true
    const isMeant = alternativesOf(element).some((word) =>
      operand.value === undefined ? word.startsWith(operand.start) : word === operand.value,
    )
    if (!isMeant) return false
    at += 1
  }
  return true
}
