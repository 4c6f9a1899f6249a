import { commandsOfVariable } from './code-variables.ts'
import type { GitAliases } from './git-aliases.ts'
import { addAnywhere, addElsewhere, addScript, hide, type InsideCommand } from './inside-command.ts'
import { noPrograms } from './no-programs.ts'
import { findSubcommand } from './programs/find-program.ts'
import type { FilledDirectory, OperandKind, OptionKind, ProgramSpec } from './programs/program-spec.ts'
import { type Arguments, endOfCommand, type ReadOption, readArguments } from './programs/read-arguments.ts'
import { restOfWord, type ShellWord, unknownWord } from './shell-word.ts'

/** Where a command stands. */
export interface Surroundings {
  /** What it reads on standard input, where the script holds it. */
  readonly input?: string
  /** True behind words each of which was taken for the beginning of a command. */
  readonly isAnywhere: boolean
  /** What `git NAME` may stand for. */
  readonly aliases?: GitAliases
  /** True where git may go on with another name than the one that was typed. */
  readonly correctsNames: boolean
}

export interface Unwrapping {
  readonly inside: InsideCommand
  readonly program: string
  readonly around: Surroundings
}

/** Adds what the words behind a program's name mean, as its spec says. */
export function readBySpec(deps: Unwrapping, words: readonly ShellWord[], spec: ProgramSpec): void {
  const { inside, program } = deps
  if (spec.effect !== undefined) beOpaque(inside, `${program} ${spec.effect}`)
  if (spec.anywhere !== undefined) {
    inside.opaque = true
    addAnywhere(inside, words, `${program} ${spec.anywhere}`)
    return
  }
  if (spec.elsewhere) {
    inside.opaque = true
    inside.contained = spec.elsewhere === 'container'
    addElsewhere(inside, words, noPrograms(words, spec))
    if (deps.around.input !== undefined) inside.possibleScripts.push(deps.around.input)
    return
  }
  if (spec.subcommands !== undefined && readSubcommand(deps, words, spec)) return
  const args = readArguments(words, spec)
  if (args.options.some(({ kind }) => kind === 'inert')) return
  inside.transparent = spec.transparent === true
  if (spec.opaque) inside.opaque = true // who allows the program means what it runs
  const { fills } = spec
  readOptions(deps, words, args.options, spec, hasOption(args, fills?.reads) ? 'reads' : 'writes')
  if (fills !== undefined) fillDirectory(deps, args, fills)
  if (!readDoubts(deps, words, args, spec)) return
  readOperands(deps, args.operands, spec)
}

/** False where there is no subcommand that the spec knows. */
function readSubcommand(deps: Unwrapping, words: readonly ShellWord[], spec: ProgramSpec): boolean {
  const before = readArguments(words, { ...spec, operands: ['command'] })
  // An option that is not known may take the next word, or not: each place where a subcommand could begin is one.
  const places = before.unlisted === undefined ? 1 : mostPlaces
  const found = before.operands.slice(0, places).flatMap(({ value }, at) => {
    const subcommand = value === undefined ? undefined : findSubcommand(spec, value)
    return subcommand === undefined ? [] : [{ subcommand, at, name: value }]
  })
  if (found.length === 0) return false
  readOptions(deps, words, before.options, spec)
  for (const { subcommand, at, name } of found)
    readBySpec({ ...deps, program: `${deps.program} ${name}` }, before.operands.slice(at + 1), subcommand)
  return true
}

const mostPlaces = 20

function readOptions(
  deps: Unwrapping,
  words: readonly ShellWord[],
  options: readonly ReadOption[],
  spec: ProgramSpec,
  named: 'writes' | 'reads' = 'writes',
): void {
  const { inside, program } = deps
  for (const { name, kind, value, next } of options) {
    const called = `${program} ${name}`
    switch (kind) {
      case 'shell':
        if (value !== undefined) addScript(inside, [value.value], called)
        if (program !== 'fish') hide(inside, `${called} runs a command`)
        break
      case 'command':
        inside.commands.push(filledCommand(words.slice(next, endOfCommand(words, next)), program))
        break
      case 'code':
        beOpaque(inside, `${called} runs what cannot be read here`)
        break
      case 'effect':
        hide(inside, `${called} does more than reading`)
        break
      case 'writes':
        addFile(inside, value, named, called)
        break
      case 'reads':
        addFile(inside, value, 'reads', called)
        break
      case 'moves':
        if (runsCommand(spec)) inside.changesDirectory = true // of that command; its own names are not the script's
        break
      default:
    }
  }
}

/** The files that it makes in a directory, as a pattern: its words do not say their names. */
function fillDirectory(
  { inside, program }: Unwrapping,
  args: Arguments,
  { when, unless, into }: FilledDirectory,
): void {
  if ((when !== undefined && !hasOption(args, when)) || hasOption(args, unless)) return
  const named = args.options.findLast(({ name }) => into.split(' ').includes(name))
  const directory = named === undefined ? '.' : named.value?.value
  if (directory !== undefined) inside.writes.push(`${directory.replace(/\/$/, '')}/*`)
  else addFile(inside, named?.value, 'writes', program)
}

function hasOption({ options }: Arguments, names: string | undefined): boolean {
  return names !== undefined && options.some(({ name }) => names.split(' ').includes(name))
}

/** What could be an option that does more. False where everything could be a command and nothing else is to be read. */
function readDoubts(deps: Unwrapping, words: readonly ShellWord[], args: Arguments, spec: ProgramSpec): boolean {
  const { inside, program } = deps
  if (args.unlisted !== undefined && spec.unlisted === 'effect')
    hide(inside, `${program} ${args.unlisted} is not known`)
  if (args.unlisted !== undefined && spec.unlisted === 'unknown') {
    addAnywhere(inside, words, `${program} ${args.unlisted} is not known`)
    return false
  }
  if (args.open === undefined) return true
  if (runsOperands(spec)) inside.unknown.push(`${program} runs ${args.open.text}`)
  else if (telling.some((kind) => spec.options?.[kind] !== undefined))
    hide(inside, `${args.open.text} could be an option of ${program} that does more than reading`)
  return true
}

function runsOperands(spec: ProgramSpec): boolean {
  return spec.operands?.some((kind) => kind === 'command' || kind === 'shell') ?? false
}

function runsCommand(spec: ProgramSpec): boolean {
  return runsOperands(spec) || spec.options?.command !== undefined
}

const telling: readonly OptionKind[] = ['shell', 'command', 'code', 'effect', 'writes']

function readOperands(deps: Unwrapping, operands: readonly ShellWord[], spec: ProgramSpec): void {
  const { inside, program } = deps
  const kinds = spec.operands ?? ['text']
  let place = 0
  for (const [index, word] of operands.entries()) {
    if (spec.assigns && noteAssignment(inside, word)) continue
    const kind = kinds[Math.min(place, kinds.length - 1)] ?? 'text'
    place += 1
    switch (kind) {
      case 'command':
        inside.commands.push(operands.slice(index))
        return
      case 'maybe':
        inside.possible.push(operands.slice(index))
        readBySpec(deps, operands.slice(index + 1), { ...spec, operands: kinds.slice(1) })
        return
      case 'shell':
        addScript(
          inside,
          operands.slice(index).map(({ value }) => value),
          program,
        )
        return
      default:
        addOperand(deps, kind, word, index === operands.length - 1)
    }
  }
}

function addOperand({ inside, program }: Unwrapping, kind: OperandKind, word: ShellWord, isLast: boolean): void {
  if (kind === 'text') return
  if (kind === 'effect') hide(inside, `${program} ${word.text} changes something`)
  else if (kind === 'move') addFile(inside, word, 'writes', program)
  else if (kind === 'copy') addFile(inside, word, isLast ? 'writes' : 'reads', program)
  else addFile(inside, word, kind === 'writes' ? 'writes' : 'reads', program)
}

/** A file that is read and not known does not matter; one that is written does. */
export function addFile(
  inside: InsideCommand,
  word: ShellWord | undefined,
  kind: 'reads' | 'writes',
  called: string,
): void {
  if (word?.value === '-' || word === undefined) return
  if (word.value !== undefined) inside[kind].push(word.value)
  else if (kind === 'writes') {
    inside.unknownWrites.push(word.text)
    hide(inside, `${called} writes ${word.text}, which is not known before it runs`)
  }
}

/** Adds an assignment before a command; false where the word is none. */
export function noteAssignment(inside: InsideCommand, word: ShellWord): boolean {
  const name = assignedName(word)
  if (name === undefined) return false
  inside.sets.push(name)
  if (noteVariable(inside, word).isUnknown) addScript(inside, [undefined], name)
  return true
}

/** Adds what a word `NAME=value` makes programs run that read the variable, as far as it is known. */
export function noteVariable(inside: InsideCommand, word: ShellWord): { readonly isUnknown: boolean } {
  const name = assignedName(word)
  if (name === undefined) return { isUnknown: false }
  const { scripts, commands, isUnknown } = commandsOfVariable(name, restOfWord(word, word.start.indexOf('=') + 1))
  inside.scripts.push(...scripts)
  inside.possible.push(...commands)
  return { isUnknown }
}

function assignedName({ start }: ShellWord): string | undefined {
  return /^([A-Za-z_][\w-]*)\+?=/.exec(start)?.[1]
}

export function beOpaque(inside: InsideCommand, why: string): void {
  inside.opaque = true
  hide(inside, why)
}

/** `find` and `fd` put names of files in place of braces; `fd` behind the words where there are none. */
function filledCommand(words: readonly ShellWord[], program: string): readonly ShellWord[] {
  const filled = words.map((word) => {
    const at = word.start.indexOf('{')
    return at === -1 || !/\{[./]*\}/.test(word.start)
      ? word
      : { ...unknownWord(word.text, word.start.slice(0, at)), splits: false }
  })
  return /^fd/.test(program) ? [...filled, unknownWord('the files that it finds')] : filled
}
