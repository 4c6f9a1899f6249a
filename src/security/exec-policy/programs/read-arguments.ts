import { restOfWord, type ShellWord } from '../shell-word.ts'
import { type OptionKind, optionKinds, type ProgramSpec } from './program-spec.ts'

export interface ReadOption {
  /** As the spec has it, also where it was shortened or stood in a cluster. */
  readonly name: string
  readonly kind: OptionKind
  /** Absent: the option takes none. */
  readonly value?: ShellWord
  /** Place of the next word that is no part of it. */
  readonly next: number
}

/** The words behind the name of a program, told apart. */
export interface Arguments {
  readonly options: readonly ReadOption[]
  /** Without a `--`. From the one on with which a command begins, options of it too. */
  readonly operands: readonly ShellWord[]
  /** An option that the spec does not know. */
  readonly unlisted?: string
  /** A word before the command that could be or become any option. */
  readonly open?: ShellWord
}

const endsOptions: ReadonlySet<string> = new Set(['command', 'shell', 'script', 'maybe'])

/** Tells options from operands, as the program does: in clusters, shortened, with their values, up to `--`. */
export function readArguments(words: readonly ShellWord[], spec: ProgramSpec): Arguments {
  const options: ReadOption[] = []
  const operands: ShellWord[] = []
  let unlisted: string | undefined
  let open: ShellWord | undefined
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]
    if (word === undefined) break
    if (word.value === '--' && spec.style !== 'whole') {
      operands.push(...words.slice(at + 1))
      break
    }
    if (isOption(word)) {
      const before = options.length
      const unknown = readOption(word, words[at + 1], { spec, options, at })
      unlisted ??= unknown
      const last = options.length > before ? options.at(-1) : undefined
      // What a cluster goes on with is not known: `-r$x`.
      if (word.splits || (word.value === undefined && last?.value === undefined)) open ??= word
      if (last?.value?.splits) open ??= last.value
      if (last?.kind === 'command') at = endOfCommand(words, last.next)
      else if (last !== undefined) at = last.next - 1
      continue
    }
    if (word.splits || (word.value === undefined && /^-?-?$/.test(word.start))) open ??= word
    const isAssignment = spec.assigns && /^[A-Za-z_]\w*=/.test(word.start)
    const kind = spec.operands?.[Math.min(operandsSoFar(operands, spec), spec.operands.length - 1)]
    if (!isAssignment && kind !== undefined && endsOptions.has(kind)) {
      operands.push(...words.slice(at))
      break
    }
    operands.push(word)
  }
  return { options, operands, ...(unlisted !== undefined && { unlisted }), ...(open && { open }) }
}

/** Place of the `;` or `+` with which the command of `find -exec` ends, or of the last word. */
export function endOfCommand(words: readonly ShellWord[], from: number): number {
  const end = words.findIndex(({ value }, index) => index >= from && (value === ';' || value === '+'))
  return end === -1 ? words.length : end
}

/** Assignments before a command take no place of their own. */
function operandsSoFar(operands: readonly ShellWord[], spec: ProgramSpec): number {
  return spec.assigns ? operands.filter(({ start }) => !/^[A-Za-z_]\w*=/.test(start)).length : operands.length
}

function isOption({ value, start }: ShellWord): boolean {
  return /^[-+]./.test(start) && value !== '-' && !/^\+[^a-zA-Z]/.test(start)
}

interface Reading {
  readonly spec: ProgramSpec
  readonly options: ReadOption[]
  readonly at: number
}

/** Adds what the word holds to `options`; gives the name of what the spec does not have. */
function readOption(word: ShellWord, following: ShellWord | undefined, reading: Reading): string | undefined {
  const { spec, options, at } = reading
  const written = word.start
  const equals = written.indexOf('=')
  const name = equals === -1 ? written : written.slice(0, equals)
  const isWhole = written.startsWith('--') || spec.style === 'whole'
  const found = findOption(spec, name, isWhole && (spec.style ?? 'getopt') === 'getopt')
  if (found !== undefined && (isWhole || (equals === -1 && word.value !== undefined))) {
    const isOpen = word.value === undefined
    const attached = equals === -1 && !isOpen ? undefined : restOfWord(word, equals === -1 ? name.length : equals + 1)
    options.push(withValue(found, attached, following, at))
    return undefined
  }
  if (isWhole) {
    const value = equals === -1 ? undefined : restOfWord(word, equals + 1)
    options.push({ name, kind: 'plain', next: at + 1, ...(value !== undefined && { value }) })
    return name
  }
  // A cluster: letters that stand alone, then perhaps one that takes the rest or the next word.
  for (let letter = 1; letter < written.length; letter += 1) {
    const each = findOption(spec, `${written[0]}${written[letter]}`, false)
    if (each === undefined) {
      if (!/[A-Za-z]/.test(written[letter] ?? '')) return letter === 1 ? written : undefined
      const unlisted = `${written[0]}${written[letter]}`
      options.push({ name: unlisted, kind: 'plain', next: at + 1 })
      if (spec.unlisted !== undefined && spec.unlisted !== 'plain') return unlisted
      continue
    }
    const rest = letter + 1 < written.length || word.value === undefined ? restOfWord(word, letter + 1) : undefined
    options.push(withValue(each, each.takes === 'none' ? undefined : rest, following, at))
    if (each.takes !== 'none') return undefined
  }
  return undefined
}

interface Listed {
  readonly name: string
  readonly kind: OptionKind
  readonly takes: 'none' | 'value' | 'attached'
}

function withValue(
  listed: Listed,
  attached: ShellWord | undefined,
  following: ShellWord | undefined,
  at: number,
): ReadOption {
  const { name, kind, takes } = listed
  if (attached !== undefined || takes !== 'value' || following === undefined) {
    return { name, kind, next: at + 1, ...(attached !== undefined && { value: attached }) }
  }
  return { name, kind, next: at + 2, value: following }
}

interface Index {
  readonly byName: ReadonlyMap<string, Listed>
  /** By the first letters, the kinds that matter most first. */
  readonly byBeginning: ReadonlyMap<string, readonly Listed[]>
}

const indexes = new WeakMap<object, Index>()

/** Long names may be shortened; of several that could be meant the one that matters most counts. */
export function findOption({ options }: ProgramSpec, name: string, mayBeShortened: boolean): Listed | undefined {
  if (options === undefined) return undefined
  const known = indexes.get(options)
  const index = known ?? indexOf(options)
  if (known === undefined) indexes.set(options, index)
  const listed = index.byName.get(name)
  if (listed !== undefined || !mayBeShortened || name.length < beginning) return listed
  return index.byBeginning.get(name.slice(0, beginning))?.find((each) => each.name.startsWith(name))
}

const beginning = 3

function indexOf(options: NonNullable<ProgramSpec['options']>): Index {
  const byName = new Map<string, Listed>()
  for (const kind of optionKinds) {
    for (const written of options[kind]?.split(' ') ?? []) {
      const [, name = '', mark = ''] = /^([^=]*)(=?\??)$/.exec(written) ?? []
      const takes = mark === '' ? 'none' : mark === '=' ? 'value' : 'attached'
      if (name !== '' && !byName.has(name)) byName.set(name, { name, kind, takes })
    }
  }
  return { byName, byBeginning: Map.groupBy(byName.values(), ({ name }) => name.slice(0, beginning)) }
}
