import { codeRunners } from './code.ts'
import { environments } from './environments.ts'
import { files, plainPrograms } from './files.ts'
import { launchers } from './launchers.ts'
import type { ProgramSpec, ProgramSpecs } from './program-spec.ts'
import { shells } from './shells.ts'
import { wrappers } from './wrappers.ts'

const plain: ProgramSpec = {}

const programs: ReadonlyMap<string, ProgramSpec> = new Map([
  ...plainPrograms.split(' ').map((name) => [name, plain] as const),
  ...[wrappers, launchers, files, codeRunners, environments, shells].flatMap(named),
])

/** How the words of a program are read. Undefined: nobody said. */
export function findProgram(name: string): ProgramSpec | undefined {
  return programs.get(name)
}

export function findSubcommand(spec: ProgramSpec, name: string): ProgramSpec | undefined {
  return Object.entries(spec.subcommands ?? {}).find(([names]) => names.split(' ').includes(name))?.[1]
}

function named(specs: ProgramSpecs): readonly (readonly [string, ProgramSpec])[] {
  return Object.entries(specs).flatMap(([names, spec]) => names.split(' ').map((name) => [name, spec] as const))
}
