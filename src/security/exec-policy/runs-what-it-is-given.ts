import { runsNothingElsewhere } from './no-programs.ts'
import { programName } from './program-name.ts'
import { findProgram, findSubcommand } from './programs/find-program.ts'
import { gitCommands } from './programs/git.ts'
import type { OperandKind, OptionKind, ProgramSpec } from './programs/program-spec.ts'
import { readArguments } from './programs/read-arguments.ts'
import { literalWord, type ShellWord } from './shell-word.ts'

/**
 * Whether the first words of a command say nothing of what it runs, since that stands in the words behind them: of a wrapper, a shell, an
 * interpreter, a program with an option that names another. It follows from the specs of programs.
 */
export function runsWhatItIsGiven([program, ...others]: readonly string[]): boolean {
  const name = programName(program)
  const spec = name === 'git' ? git : name === undefined ? undefined : findProgram(name)
  return spec !== undefined && isGiven(spec, others.map(literalWord))
}

const git: ProgramSpec = { subcommands: gitCommands }
const operandsThatRun: ReadonlySet<OperandKind> = new Set(['command', 'shell', 'script', 'maybe'])
const optionsThatRun: ReadonlySet<OptionKind> = new Set(['command', 'shell', 'code'])

function isGiven(spec: ProgramSpec, words: readonly ShellWord[]): boolean {
  if (spec.given || spec.anywhere !== undefined) return true
  if (spec.elsewhere) return !runsNothingElsewhere(words, spec)
  if (spec.operands?.some((kind) => operandsThatRun.has(kind))) return true
  const { options, operands } = readArguments(words, { ...spec, ...(spec.subcommands && { operands: ['command'] }) })
  if (options.some(({ kind }) => optionsThatRun.has(kind))) return true
  return operands.some(({ value }, at) => {
    const subcommand = value === undefined || spec.subcommands === undefined ? undefined : findSubcommand(spec, value)
    return subcommand !== undefined && isGiven(subcommand, operands.slice(at + 1))
  })
}
