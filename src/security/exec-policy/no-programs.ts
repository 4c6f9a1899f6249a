import { findSubcommand } from './programs/find-program.ts'
import type { ProgramSpec } from './programs/program-spec.ts'
import { readArguments } from './programs/read-arguments.ts'
import type { ShellWord } from './shell-word.ts'

type Words = readonly ShellWord[]

/**
 * The words of a line that can be no program which it runs elsewhere: its subcommands, and of what is not known all but the word behind the image or the
 * container and what an option starts. What is no more than the value of an option, the image or the resource runs nothing, whatever it holds.
 */
export function noPrograms(words: Words, spec: ProgramSpec): ReadonlySet<ShellWord> {
  const described = describedSubcommand(words, spec)
  if (described === undefined) return new Set()
  const { name, found, rest } = described
  if (found.runsElsewhere !== undefined) return new Set([name, ...noPrograms(rest, found)])
  const programs = programsOf(rest, found)
  return new Set([
    name,
    ...(programs === undefined ? [] : words.filter((word) => word.value === undefined && !programs.includes(word))),
  ])
}

/** Whether the first words of such a line are those of a subcommand that runs nothing, whatever follows: `docker ps`. */
export function runsNothingElsewhere(words: Words, spec: ProgramSpec): boolean {
  const described = describedSubcommand(words, spec)
  if (described === undefined) return false
  const { found, rest } = described
  return found.runsElsewhere === undefined ? found.operands === undefined : runsNothingElsewhere(rest, found)
}

function describedSubcommand(words: Words, spec: ProgramSpec) {
  if (spec.runsElsewhere === undefined) return undefined
  const before = readArguments(words, { ...spec, operands: ['command'], unlisted: 'unknown' })
  const [name, ...rest] = before.operands
  if (before.unlisted !== undefined || name?.value === undefined || before.open !== undefined) return undefined
  const found = findSubcommand({ subcommands: spec.runsElsewhere }, name.value)
  return found && { name, found, rest }
}

/** Undefined where each word could be one. */
function programsOf(words: Words, spec: ProgramSpec): Words | undefined {
  const place = spec.operands?.indexOf('command') ?? -1
  if (place === -1) return []
  const { options, operands, unlisted, open } = readArguments(words, spec)
  if (unlisted !== undefined || open !== undefined) return undefined
  const started = options.flatMap(({ kind, value }) => (kind === 'shell' && value !== undefined ? [value] : []))
  return [...started, ...operands.slice(place, place + 1)]
}
