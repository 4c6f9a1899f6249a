import { alternativesOf, type CommandPattern } from './covers-command.ts'
import { findSubcommand } from './programs/find-program.ts'
import type { ProgramSpec } from './programs/program-spec.ts'
import { findOption } from './programs/read-arguments.ts'
import { anyWord, isSubcommandName } from './rule-meanings.ts'
import type { ShellWord } from './shell-word.ts'

/** How far a reading has come. */
interface State {
  /** How many of the wanted words it has found. */
  readonly found: number
  /** That of the program, and those of the subcommands that were found. */
  readonly specs: readonly ProgramSpec[]
}

/**
 * Whether words could be the first operands of a program, in order, in any reading of its options. What the spec lists is read so; an option that nobody
 * described may stand alone or take the next word, and `NAME=value` may set a variable. All readings are followed side by side, so that the work grows with the
 * number of words alone. With a spec whose operands are tasks, they may stand anywhere.
 *
 * @param isOpen what the answer is where the words end before all was found
 */
export function couldBeOperands(
  wanted: CommandPattern,
  words: readonly ShellWord[],
  spec: ProgramSpec,
  isOpen: boolean,
): boolean {
  if (wanted.length === 0) return true
  if (spec.tasks && wanted.length > 1) return wanted.every((each) => couldBeOperands([each], words, spec, isOpen))
  let here: State[] = [{ found: 0, specs: [spec] }]
  let next: State[] = []
  for (const [at, word] of words.entries()) {
    if (at > mostBefore && spec.tasks === undefined) return true
    const later: State[] = []
    for (const state of here) {
      const read = readWord(word, words[at + 1], state, wanted)
      if (read === 'found') return true
      if (read.stays !== undefined) add(next, read.stays)
      if (read.moves !== undefined) add(next, read.moves)
      if (read.takesNext) add(later, state)
    }
    if (next.length === 0 && later.length === 0) return false
    here = next
    next = later
  }
  return isOpen
}

/** Nobody writes so many options: what is behind them counts as what is looked for. */
const mostBefore = 500

function add(states: State[], state: State): void {
  const isKnown = states.some(({ found, specs }) => found === state.found && specs.at(-1) === state.specs.at(-1))
  if (!isKnown) states.push(state)
}

interface Step {
  /** It is passed over. */
  readonly stays?: State
  /** It is the wanted one. */
  readonly moves?: State
  /** It is passed over, and the one behind it too. */
  readonly takesNext?: boolean
}

function readWord(
  word: ShellWord,
  following: ShellWord | undefined,
  state: State,
  wanted: CommandPattern,
): Step | 'found' {
  const takes = isOption(word, state) ? takesOf(word, following, state) : undefined
  if (takes !== undefined) return { ...(takes !== 'next' && { stays: state }), takesNext: takes !== 'none' }
  if (word.value === undefined && word.splits) return 'found'
  const [spec] = state.specs
  const element = wanted[state.found]
  const isMeant = element !== undefined && alternativesOf(element).some((each) => couldBe(word, each, state))
  const isPassed =
    spec?.tasks || /^[A-Za-z_][\w.]*=/.test(word.start) || (word.value === undefined && word.start === '')
  const stays = isPassed ? { stays: state } : {}
  if (!isMeant) return stays
  if (state.found + 1 === wanted.length) return 'found'
  const subcommand = findSubcommand(state.specs.at(-1) ?? {}, word.value ?? '')
  return { ...stays, moves: { found: state.found + 1, specs: subcommand ? [...state.specs, subcommand] : state.specs } }
}

/** `+nightly` says how, `+publish` is a task. */
function isOption({ start }: ShellWord, { specs }: State): boolean {
  return specs[0]?.tasks === undefined ? /^[-+]./.test(start) : /^-./.test(start)
}

/** What an option takes of the words behind it: nothing, the next one, or one of both. */
function takesOf(
  { start, value }: ShellWord,
  following: ShellWord | undefined,
  { specs, found }: State,
): 'none' | 'next' | 'either' {
  if (start === '--' || start.includes('=')) return 'none'
  if (value === undefined) return 'either'
  // A toolchain: `cargo +nightly`.
  if (start.startsWith('+') && specs[0]?.options !== undefined) return 'none'
  const isWhole = start.startsWith('--') || specs[0]?.style === 'whole'
  // Behind a subcommand that nobody described, a letter may be its own.
  const isOwn = found > 0 && specs.length === 1 && !start.startsWith('--')
  const takes = isOwn ? 'either' : (lookUp(specs, start) ?? (isWhole ? 'either' : takesOfCluster(start, specs)))
  // A program may leave a value out before another option, and take the word of a switch: `--silent true`.
  if (takes === 'next' && following?.start.startsWith('-')) return 'either'
  return takes === 'none' && /^(?:true|false|null|yes|no)$/.test(following?.value ?? '') ? 'either' : takes
}

function takesOfCluster(start: string, specs: readonly ProgramSpec[]): 'none' | 'next' | 'either' {
  for (let letter = 1; letter < start.length; letter += 1) {
    const takes = lookUp(specs, `${start[0]}${start[letter]}`)
    if (takes === undefined) return 'either'
    if (takes === 'next') return letter + 1 < start.length ? 'none' : 'next'
  }
  return 'none'
}

function lookUp(specs: readonly ProgramSpec[], name: string): 'none' | 'next' | undefined {
  for (const spec of specs.toReversed()) {
    const listed = findOption(spec, name, false)
    if (listed !== undefined) return listed.takes === 'value' ? 'next' : 'none'
  }
  return undefined
}

function couldBe({ value, start }: ShellWord, wanted: string, { specs, found }: State): boolean {
  const [spec = {}] = specs
  if (value === undefined) return wanted.startsWith(start)
  if (wanted === anyWord || value === wanted) return true
  if (spec.tasks && isTask(value, wanted, spec)) return true
  if (spec.lists && found > 0) return value.split(',').some((each) => each.split(/[/.]/)[0] === wanted)
  if (spec.shortens !== 'beginning' || found > 0) return false
  // npm reads `runScript` as `run-script`.
  const name = value.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return name === wanted || (name !== '' && wanted.startsWith(name) && !isSubcommandName(spec, name))
}

/** `./release` is a target of make, and so is what `.DEFAULT_GOAL=release` names; `:app:pub` and `release[1.0]` name tasks. */
function isTask(value: string, wanted: string, { tasks, shortens }: ProgramSpec): boolean {
  const task = value.replace(/^\.DEFAULT_GOAL\s*[:+?]*=\s*/, '').replace(/^(?:\.\/+)+/, '')
  if (task === wanted) return true
  if (tasks !== 'parts') return false
  const names = task.replace(/\[.*$/s, '').split(/[:;/@,\s+]+/)
  if (shortens !== 'parts') return names.includes(wanted)
  // Before the last one stand modules.
  const name = names.at(-1) ?? ''
  return name === wanted || isShortened(name, wanted)
}

/** `pTML` is `publishToMavenLocal`. */
function isShortened(name: string, wanted: string): boolean {
  const parts = name.split(/(?=[A-Z])|-/)
  return (
    name !== '' && new RegExp(`^${parts.map((part) => part.replace(/\W/g, '\\$&')).join('[a-z0-9]*-?')}`).test(wanted)
  )
}
