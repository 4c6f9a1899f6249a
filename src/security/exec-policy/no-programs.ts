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
  if (spec.runsElsewhere === undefined) return new Set()
  const before = readArguments(words, { ...spec, operands: ['command'], unlisted: 'unknown' })
  const [name, ...rest] = before.operands
  if (before.unlisted !== undefined || name?.value === undefined || before.open !== undefined) return new Set()
  const found = findSubcommand({ subcommands: spec.runsElsewhere }, name.value)
  if (found === undefined) return new Set()
  if (found.runsElsewhere !== undefined) return new Set([name, ...noPrograms(rest, found)])
  const programs = programsOf(rest, found)
  return new Set([
    name,
    ...(programs === undefined ? [] : words.filter((word) => word.value === undefined && !programs.includes(word))),
  ])
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
