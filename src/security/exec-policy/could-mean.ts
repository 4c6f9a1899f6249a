import { possiblyStartsWith } from '../permissions/command-prefix.ts'
import { alternativesOf, type CommandPattern, matchesCommand } from './covers-command.ts'
import { couldBeOperands } from './possible-operands.ts'
import { comparedFamily, comparedName, programName } from './program-name.ts'
import { findProgram, findSubcommand } from './programs/find-program.ts'
import { gitProgram } from './programs/git.ts'
import type { ProgramSpec } from './programs/program-spec.ts'
import { type Arguments, findOption, type ReadOption, readArguments } from './programs/read-arguments.ts'
import { ruleMeanings } from './rule-meanings.ts'
import type { SimpleCommand } from './script-reading.ts'
import { literalWord, type ShellWord } from './shell-word.ts'

/**
 * Whether a command is what a prompt or forbid rule is about, or could be in one of its readings and once its unknown words are known. Options of the rule may
 * stand anywhere among those of the command, in a cluster, shortened or under another name: `rm -rf` is also `rm -v -fr x`, `rm x --rec --force`. Words of
 * the rule that are no options are the first operands, by each of their names, whatever options stand before and between them.
 */
export function couldMean(pattern: CommandPattern, command: SimpleCommand): boolean {
  const [program, ...rest] = pattern
  if (program === undefined) return false
  const [name] = command.known
  if (name === undefined && command.words[0]?.couldBeAny) return couldBeFile(pattern, command.words.slice(1))
  if (name === undefined) return couldBeNamed(alternativesOf(program), command.words[0])
  const asName = rest.length === 0 ? comparedName : comparedFamily
  if (!alternativesOf(program).some((each) => asName(each) === asName(name))) return false
  if (rest.length === 0) return true
  const asWords = () => matchesCommand({ pattern }, command, possiblyStartsWith)
  const hasOptions = rest.some(isOptionElement)
  const isMixed = rest.some((element) => alternativesOf(element).includes('--') || isHalfOption(element))
  const read = argumentsOf(command)
  if (isMixed || (hasOptions && read.spec === undefined && asWords())) return asWords()
  const isMeant = ruleMeanings(pattern, read.program).some((meaning) =>
    readingsOf(meaning, read).some(
      ({ options, operands }) =>
        options.every((option) => hasOption(option, read)) &&
        (hasOperands(operands, read) || hasTaskInCode(operands, read)),
    ),
  )
  return isMeant || (!hasOptions && !command.open && asWords())
}

/** A file could be each program that a rule is about; a rule about nothing but a program would hold for every file. */
function couldBeFile([program = '', ...rest]: CommandPattern, words: readonly ShellWord[]): boolean {
  if (rest.length === 0) return false
  return alternativesOf(program).some((each) => {
    const named = [literalWord(each), ...words]
    const end = named.findIndex(({ value }) => value === undefined)
    const known = named.slice(0, end === -1 ? named.length : end).flatMap(({ value }) => value ?? [])
    const command = { words: named, known, open: end !== -1, ...ofFile }
    return couldMean([each, ...rest], command)
  })
}

const ofFile = { transparent: false, opaque: true, reads: [], writes: [], unknownWrites: [] } as const

/** A pattern of file names in place of the program can only be what it matches; any other word that is not known can be everything. */
function couldBeNamed(names: readonly string[], word: ShellWord | undefined): boolean {
  const pattern = word?.text.slice(word.text.lastIndexOf('/') + 1) ?? ''
  if (word?.splits !== false || /[^\w.:@%+,*?/-]|\*\*/.test(word.text) || !/[*?]/.test(pattern)) return true
  const source = pattern
    .replace(/[^\w*?]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return names.some((name) => new RegExp(`^${source}$`, 'i').test(name.slice(name.lastIndexOf('/') + 1)))
}

interface Read {
  readonly words: readonly ShellWord[]
  /** Absent: nobody said how the program reads its words. */
  readonly program?: ProgramSpec
  /** The same, or that of the subcommand. */
  readonly spec?: ProgramSpec
  readonly args: Arguments
}

const asWritten: ProgramSpec = { style: 'whole' }

/** Of a command, which several rules are about, it is made once. */
const reads = new WeakMap<SimpleCommand, Read>()

function argumentsOf(command: SimpleCommand): Read {
  const known = reads.get(command)
  const read = known ?? readCommand(command)
  if (known === undefined) reads.set(command, read)
  return read
}

function readCommand({ words: [program, ...words] }: SimpleCommand): Read {
  const name = programName(program?.value)
  if (name === 'git') return argumentsOfGit(words)
  const spec = name === undefined ? undefined : (findProgram(name) ?? findProgram(comparedFamily(name)))
  return { words, args: readArguments(words, spec ?? asWritten), ...(spec && { spec, program: spec }) }
}

function argumentsOfGit(words: readonly ShellWord[]): Read {
  const [subcommand, ...rest] = words
  const program = gitProgram
  if (subcommand === undefined || subcommand.start.startsWith('-'))
    return { words, program, spec: program, args: readArguments(words, program) }
  const name = subcommand.value
  const spec = name === undefined ? {} : (findSubcommand(program, name) ?? {})
  const args = readArguments(rest, spec)
  const open = args.open ?? (name === undefined && subcommand.splits ? subcommand : undefined)
  const options = args.options.map((option) => ({ ...option, next: option.next + 1 }))
  return { words, program, spec, args: { ...args, options, ...(open && { open }) } }
}

function hasOperands(operands: CommandPattern, { words, program = asWritten, args }: Read): boolean {
  return couldBeOperands(operands, words, program, args.open !== undefined)
}

/** `make --eval='x: release' x` */
function hasTaskInCode(operands: CommandPattern, { program, args }: Read): boolean {
  if (program?.tasks === undefined) return false
  const texts = args.options.flatMap(({ kind, value }) => (kind === 'code' && value !== undefined ? [value.start] : []))
  return operands.every((each) =>
    alternativesOf(each).some((word) => texts.some((text) => text.split(/[^\w.-]+/).includes(word))),
  )
}

function isOptionElement(element: CommandPattern[number]): boolean {
  return alternativesOf(element).every((word) => /^-./.test(word))
}

/** An option or a word: only at its place it means what it says. */
function isHalfOption(element: CommandPattern[number]): boolean {
  return !isOptionElement(element) && alternativesOf(element).some((word) => /^-./.test(word))
}

/** An option of a rule, with the words one of which it has to take. */
interface WantedOption {
  readonly element: CommandPattern[number]
  readonly value?: CommandPattern[number]
}

interface RuleReading {
  readonly options: readonly WantedOption[]
  readonly operands: CommandPattern
}

/** What stands behind an option of a rule is its value where the spec says so, an operand where it takes none, and else one of both. */
function readingsOf([element, ...rest]: CommandPattern, read: Read): readonly RuleReading[] {
  if (element === undefined) return [{ options: [], operands: [] }]
  if (!isOptionElement(element))
    return readingsOf(rest, read).map(({ options, operands }) => ({ options, operands: [element, ...operands] }))
  const [value, ...behind] = rest
  const takes = value === undefined || isOptionElement(value) ? 'nothing' : takesOf(element, read)
  const withOption = (option: WantedOption, left: CommandPattern) =>
    readingsOf(left, read).map(({ options, operands }) => ({ options: [option, ...options], operands }))
  return [
    ...(takes === 'value' ? [] : withOption({ element }, rest)),
    ...(takes === 'nothing' || value === undefined ? [] : withOption({ element, value }, behind)),
  ]
}

function takesOf(element: CommandPattern[number], { spec, program }: Read): 'nothing' | 'value' | 'either' {
  const [word = ''] = alternativesOf(element)
  if (word.includes('=')) return 'nothing'
  const isWhole = word.startsWith('--') || spec?.style === 'whole'
  const name = isWhole ? word : `-${word.at(-1)}`
  const listed = findOption(spec ?? {}, name, false) ?? findOption(program ?? {}, name, false)
  return listed === undefined ? 'either' : listed.takes === 'value' ? 'value' : 'nothing'
}

function hasOption({ element, value }: WantedOption, read: Read): boolean {
  if (read.args.open !== undefined) return true
  return alternativesOf(element).some((written) => isGiven(written, value, read))
}

function isGiven(written: string, value: CommandPattern[number] | undefined, read: Read): boolean {
  const { spec = asWritten, args } = read
  const equals = written.startsWith('--') ? written.indexOf('=') : -1
  if (equals !== -1) return isGiven(written.slice(0, equals), written.slice(equals + 1), read)
  const has = (option: ReadOption) => value === undefined || couldTake(option, value, read)
  if (spec.style === 'whole')
    return args.options.some(
      (option) => (withoutDashes(option.name) === withoutDashes(written) && has(option)) || isJoined(option, written),
    )
  const wanted = lettersOf(written, spec)
  return wanted.every((letter, index) => {
    const same = spec.same?.split('|').find((group) => group.split(' ').includes(letter)) ?? letter
    const names = same.split(' ')
    return args.options.some(
      (option) =>
        (names.includes(option.name) ||
          (/^--./.test(option.name) && names.some((each) => each.startsWith(option.name)))) &&
        (index < wanted.length - 1 || has(option)),
    )
  })
}

/** Programs that take a whole word behind one dash take it behind two as well, but for few. */
function withoutDashes(name: string): string {
  return name.replace(/^--?/, '')
}

function isJoined({ name, value }: ReadOption, written: string): boolean {
  return value !== undefined && `${name}=${value.value}` === written
}

/** Whether an option has one of the values: the one that it takes, or the next word, where nobody said whether it takes one. */
function couldTake({ value, next }: ReadOption, wanted: CommandPattern[number], { words }: Read): boolean {
  const given = value ?? words[next]
  if (given === undefined) return false
  return alternativesOf(wanted).some((each) =>
    given.value === undefined ? given.splits || each.startsWith(given.start) : given.value === each,
  )
}

/** `-rf` is `-r` and `-f`, up to a letter that takes the rest. */
function lettersOf(written: string, spec: ProgramSpec): readonly string[] {
  if (written.startsWith('--')) return [written]
  const letters: string[] = []
  for (const letter of written.slice(1)) {
    letters.push(`-${letter}`)
    const listed = findOption(spec, `-${letter}`, false)
    if (listed !== undefined && listed.takes !== 'none') break
  }
  return letters
}
