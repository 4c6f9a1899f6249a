import type { Command, ParsedScript, Pipeline, Redirection, SyntaxNode } from 'unbash'
import { commandsOfVariable } from './code-variables.ts'
import { createEvaluatedVariables } from './evaluated-variables.ts'
import { correctsNames, type GitAliases } from './git-aliases.ts'
import type { InsideCommand } from './inside-command.ts'
import { givenInput, knownContent, knownOutput } from './known-output.ts'
import { meantByNames, type NameMade } from './names-made.ts'
import { createReadBefore } from './read-before.ts'
import { charactersPerUnit, createReadingBudget } from './reading-budget.ts'
import { refusedSyntax } from './refused-syntax.ts'
import type { ScriptReading, SimpleCommand } from './script-reading.ts'
import { assignmentWord, type ShellWord, shellWord, unknownWord } from './shell-word.ts'
import { unwrap } from './unwrap.ts'

export type { ScriptReading, SimpleCommand } from './script-reading.ts'

/** Deeper nesting of `bash -c` and the like is not followed: it counts as unknown. */
const maxDepth = 40
/** Of syntax within syntax: calls of a function that reads it fit on the stack. */
const maxLevel = 600

/** A name may stand for a name. */
const mostLinks = 3

/** How a command stands in its script. */
interface Place {
  readonly depth: number
  /** True behind words each of which was taken for the beginning of a command. */
  readonly isAnywhere: boolean
  /** True for what may run elsewhere: whoever allows the program around it means it too. */
  readonly isElsewhere: boolean
  /** True for what runs in a container. */
  readonly isContained: boolean
}

/** The text in which positions of its syntax count. */
interface Within extends Place {
  readonly source: string
}

/**
 * Reads a shell script with a real parser and lists every simple command that it may run: in lists, pipes, loops, functions,
 * substitutions, here-documents, and behind wrappers such as `env`, `xargs` or `bash -c`. What cannot be known before it runs becomes a command
 * of unknown words, which only `*` covers and which every rule may be meant by.
 *
 * @param aliases what `git NAME` may stand for besides; absent: nobody looked
 */
export async function readScript(script: string, aliases?: GitAliases): Promise<ScriptReading> {
  const { forEachChild, parse } = await import('unbash')
  const budget = createReadingBudget()
  const commands: SimpleCommand[] = []
  const writes: string[] = []
  const reads: string[] = []
  const unknownWrites: string[] = []
  const unsure: string[] = []
  const unknownFiles: string[] = []
  const variables = createEvaluatedVariables()
  const readBefore = createReadBefore()
  const names: NameMade[] = []
  /** What commands get from the one before them in a pipe, where it is known. */
  const piped = new Map<SyntaxNode, string>()
  let changesDirectory = false
  let movesUnseen = false
  let isOverBudget = false
  const setsPatterns = script.includes('extglob')
  const setsCorrection = correctsNames(aliases) || /autocorrect|GIT_CONFIG|XDG_CONFIG_HOME/i.test(script)

  const add = (words: readonly ShellWord[], how: Omit<SimpleCommand, 'words' | 'known' | 'open'>) => {
    const firstUnknown = words.findIndex((word) => word.value === undefined)
    const known = (firstUnknown === -1 ? words : words.slice(0, firstUnknown)).flatMap((word) => word.value ?? [])
    commands.push({ words, known, open: firstUnknown !== -1, ...how })
  }
  const addUnknown = (why: string, place?: Place) => {
    unsure.push(why)
    add([unknownWord(why)], { ...ofUnknown, ...(place?.isContained && { contained: true }) })
  }
  const hasBudget = (amount: number) => {
    if (budget.spend(amount)) return true
    if (!isOverBudget) addUnknown('it is too long to be read to its end')
    isOverBudget = true
    return false
  }

  const readText = (text: string, place: Place) => {
    if (place.depth > maxDepth) return addUnknown('commands nested too deeply to follow', place)
    if (text.includes('\0')) return addUnknown('a NUL byte', place)
    if (!hasBudget(text.length / charactersPerUnit)) return
    if (place.isAnywhere && readBefore.text(text, place)) return
    visit(parse(text), { ...place, source: text }, 0)
  }

  const visit = (node: SyntaxNode, place: Within, level: number) => {
    if (!hasBudget(1)) return
    if (level > maxLevel) {
      addUnknown('syntax nested too deeply to follow')
      return
    }
    if (node.type === 'Script') noteErrors(node, place)
    if (node.type === 'CommandExpansion' || node.type === 'ProcessSubstitution') {
      if (node.script === undefined) addUnknown(`${node.text} cannot be read`, place)
    }
    const refused = refusedSyntax(node, place.source)
    if (refused !== undefined) noteRefused(refused, place)
    variables.look(node)
    if (node.type === 'Assignment' && node.value.type === 'Word') readAssigned(node.name, shellWord(node.value), place)
    if (node.type === 'Redirect') noteRedirect(node)
    if (node.type === 'Pipeline') notePipes(node)
    if (node.type === 'Command') readCommand(node, place)
    const within = node.type === 'Script' && node.source !== undefined ? { ...place, source: node.source } : place
    forEachChild(node, (child) => visit(child, within, level + 1))
  }

  /** What a variable makes programs run that are started with it, now or later. */
  const readAssigned = (name: string, value: ShellWord, place: Place) => {
    const { scripts, commands: started } = commandsOfVariable(name, value)
    const deeper = { ...place, depth: place.depth + 1 }
    for (const text of scripts) readText(text, deeper)
    for (const words of started) readWords(words, { ...deeper, isAnywhere: true, isElsewhere: true })
  }

  const noteRefused = (why: string, place: Place) => {
    if (setsPatterns) unsure.push(why)
    else addUnknown(`it does not parse: ${why}`, place)
  }
  const noteErrors = (node: ParsedScript, place: Place) => {
    const [error] = node.errors ?? []
    if (error !== undefined) addUnknown(`it does not parse: ${error.message}`, place)
  }
  const noteRedirect = (node: Redirection) => {
    const file = fileOf(node)
    for (const text of file?.unknown ?? []) unknownFiles.push(`the file ${text} is not known before it runs`)
    unknownWrites.push(...(file?.unknownWrites ?? []))
    writes.push(...(file?.writes ?? []))
    reads.push(...(file?.reads ?? []))
  }
  const notePipes = ({ commands: parts }: Pipeline) => {
    for (const [index, part] of parts.slice(1).entries()) {
      const before = parts[index]
      const output = index > 0 || before === undefined ? undefined : knownOutput(before)
      if (output !== undefined) piped.set(part, output)
    }
  }

  const readCommand = (node: Command, place: Place) => {
    if (node.name === undefined) return
    const args = node.args.map((arg): ShellWord => {
      if (arg.type !== 'Word') return assignmentWord(arg)
      const content = knownContent(arg)
      return { ...shellWord(arg), ...(content !== undefined && { content }) }
    })
    const input = node.redirects.length > 0 ? givenInput(node.redirects) : piped.get(node)
    readWords([shellWord(node.name), ...args], place, {
      redirects: node.redirects,
      ...(input !== undefined && { input }),
    })
  }

  const readWords = (
    words: readonly ShellWord[],
    place: Place,
    { redirects = [], input }: { readonly redirects?: readonly Redirection[]; readonly input?: string } = {},
  ): void => {
    if (!hasBudget(words.length)) return
    const given = input === undefined ? {} : { input }
    if (place.isAnywhere && readBefore.words(words, { ...place, ...given })) return
    if (place.depth > maxDepth) {
      addUnknown('commands nested too deeply to follow')
      return
    }
    const inside = unwrap(words, {
      ...{ isAnywhere: place.isAnywhere, correctsNames: setsCorrection },
      ...{ ...given, ...(aliases && { aliases }) },
    })
    const files = redirects.flatMap((redirect) => fileOf(redirect) ?? [])
    add(words, {
      ...{ transparent: (inside.transparent && startsAnother(inside)) || place.isElsewhere, opaque: inside.opaque },
      ...(inside.hidden !== undefined && { hidden: inside.hidden }),
      ...(place.isContained && { contained: true }),
      reads: [...files.flatMap((file) => file.reads), ...inside.reads],
      writes: [...files.flatMap((file) => file.writes), ...inside.outputs, ...inside.writes],
      unknownWrites: [...files.flatMap((file) => file.unknownWrites), ...inside.unknownWrites],
    })
    if (inside.changesDirectory && !isKnownMove(words)) movesUnseen = true
    apply(inside, place, inside.takesInput ? {} : given)
  }

  const apply = (inside: InsideCommand, place: Place, given: { readonly input?: string }) => {
    if (inside.changesDirectory) changesDirectory = true
    writes.push(...inside.outputs)
    unsure.push(...inside.unsure)
    variables.sets(inside.sets)
    variables.evaluates(inside.evaluates)
    names.push(...inside.names)
    for (const why of inside.unknown) addUnknown(why, place)
    const isAnywhere = place.isAnywhere || inside.unsure.length > 0
    const deeper = { ...place, depth: place.depth + 1, isAnywhere }
    for (const words of inside.commands) readWords(words, deeper, given)
    for (const text of inside.scripts) readText(text, deeper)
    const isContained = place.isContained || inside.contained
    const elsewhere = { depth: deeper.depth, isAnywhere: true, isElsewhere: true, isContained }
    for (const words of inside.possible) readWords(words, elsewhere, given)
    for (const text of inside.possibleScripts) readText(text, elsewhere)
  }

  /** What the script made names for may run under them, before and behind that: loops and functions have no order here. */
  const readByNames = () => {
    let from = 0
    for (let link = 0; link < mostLinks && names.length > 0; link += 1) {
      const called = commands.slice(from)
      from = commands.length
      for (const meant of called.flatMap(({ words }) => meantByNames(words, names))) {
        if (typeof meant === 'string') readText(meant, underName)
        else readWords(meant, underName)
      }
    }
  }

  readText(script, { depth: 0, isAnywhere: false, isElsewhere: false, isContained: false })
  readByNames()
  for (const { why, isCode } of variables.findings()) {
    if (isCode) addUnknown(why)
    else unsure.push(why)
  }
  return { commands, writes, reads, unknownWrites, unsure, unknownFiles, changesDirectory, movesUnseen }
}

/** `cd` or `pushd` to one directory that is known. */
function isKnownMove([name, ...words]: readonly ShellWord[]): boolean {
  const [directory, ...others] = words.filter(({ start }) => !/^-./.test(start))
  const isMove = name?.value === 'cd' || name?.value === 'pushd'
  return isMove && others.length === 0 && directory?.value !== undefined && !/^(?:-|~.*)?$/.test(directory.value)
}

/** False for a wrapper by itself: `env` prints the environment. */
function startsAnother({ commands, scripts, unknown, possible, possibleScripts }: InsideCommand): boolean {
  return [commands, scripts, unknown, possible, possibleScripts].some((each) => each.length > 0)
}

const underName: Place = { depth: 1, isAnywhere: true, isElsewhere: true, isContained: false }

const ofUnknown = { transparent: false, opaque: true, reads: [], writes: [], unknownWrites: [] } as const

/** Files of one command, as the script names them. */
interface CommandFiles {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  /** Texts of names that are not known: all, and those that are written. */
  readonly unknown: readonly string[]
  readonly unknownWrites: readonly string[]
}

const noFiles: CommandFiles = { reads: [], writes: [], unknown: [], unknownWrites: [] }

/** The file that a redirection opens; nothing where it only duplicates a descriptor or brings a text. */
function fileOf(node: Redirection): CommandFiles | undefined {
  if (node.type !== 'Redirect' || node.target === undefined) return undefined
  const { value, text } = shellWord(node.target)
  const duplicates = node.operator === '<&' || (node.operator === '>&' && /^(?:\d+-?|-)$/.test(value ?? ''))
  if (duplicates) return undefined
  const isRead = node.operator === '<'
  if (value === undefined) return { ...noFiles, unknown: [text], unknownWrites: isRead ? [] : [text] }
  return { ...noFiles, ...(isRead ? { reads: [value] } : { writes: [value] }) }
}
