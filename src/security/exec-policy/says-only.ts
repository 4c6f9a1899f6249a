import { findProgram, findSubcommand } from './programs/find-program.ts'
import { gitProgram } from './programs/git.ts'
import type { ProgramSpec } from './programs/program-spec.ts'
import { readArguments } from './programs/read-arguments.ts'
import type { SimpleCommand } from './script-reading.ts'
import type { ShellWord } from './shell-word.ts'

/**
 * Whether a command only says what it would do, or how it is used: `git clean -n`, `npm publish --dry-run`, `git push --help`. Each of its words has to be known
 * and each option listed, so that none behind takes it back (`--no-dry-run`).
 */
export function saysOnly({ words: [program, ...words], open }: SimpleCommand): boolean {
  const name = program?.value
  const spec = name === 'git' ? gitProgram : name === undefined ? undefined : findProgram(name)
  if (open || spec?.triesWith === undefined) return false
  const before = readArguments(words, { ...spec, operands: ['command'], unlisted: 'effect' })
  const [subcommand, ...rest] = before.operands
  if (subcommand?.value === undefined || before.unlisted !== undefined) return false
  if (rest.length === 1 && rest[0]?.value === '--help') return true
  const tries = Object.entries(spec.triesWith).find(([names]) => names.split(' ').includes(subcommand.value ?? ''))?.[1]
  return tries !== undefined && isTried(rest, findSubcommand(spec, subcommand.value) ?? spec, tries.split(' '))
}

/** npm takes it back with a word: `--dry-run false`. */
function isTried(words: readonly ShellWord[], spec: ProgramSpec, tries: readonly string[]): boolean {
  const { options, operands, unlisted } = readArguments(words, { ...spec, unlisted: 'effect' })
  if (unlisted !== undefined || operands.some(({ value }) => /^(?:false|no|0|null)$/.test(value ?? ''))) return false
  return options.some(({ name, value }) => value === undefined && tries.includes(name))
}
