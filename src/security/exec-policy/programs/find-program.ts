import { buildTools } from './build-tools.ts'
import { codeRunners } from './code.ts'
import { containers } from './containers.ts'
import { environments } from './environments.ts'
import { files, plainPrograms } from './files.ts'
import { launchers } from './launchers.ts'
import { nodePrograms } from './node.ts'
import { optionKinds, type ProgramSpec, type ProgramSpecs } from './program-spec.ts'
import { pythonPrograms } from './python.ts'
import { services } from './services.ts'
import { shells } from './shells.ts'
import { wrappers } from './wrappers.ts'

const plain: ProgramSpec = {}

/** What runs what else, and then what the words of the programs mean that rules are often about. */
const tables = [
  ...[wrappers, launchers, files, codeRunners, environments, shells],
  ...[buildTools, containers, nodePrograms, pythonPrograms, services],
]

const programs: ReadonlyMap<string, ProgramSpec> = tables
  .flatMap(named)
  .reduce(
    (known, [name, spec]) => known.set(name, combined(known.get(name), spec)),
    new Map(plainPrograms.split(' ').map((name) => [name, plain])),
  )

/** The names of all programs that the tables have. */
export function programNames(): readonly string[] {
  return [...programs.keys()]
}

/** How the words of a program are read. Undefined: nobody said. */
export function findProgram(name: string): ProgramSpec | undefined {
  return programs.get(name)
}

export function findSubcommand(spec: ProgramSpec, name: string): ProgramSpec | undefined {
  return Object.entries(spec.subcommands ?? {}).find(([names]) => names.split(' ').includes(name))?.[1]
}

/** Two tables may speak of a program. How options are read the later one says; what both list counts together. */
function combined(known: ProgramSpec | undefined, spec: ProgramSpec): ProgramSpec {
  if (known === undefined || known === plain) return spec
  const options = Object.fromEntries(
    optionKinds.flatMap((kind) => {
      const lists = [spec.options?.[kind] ?? [], known.options?.[kind] ?? []].flat()
      return lists.length === 0 ? [] : [[kind, lists.join(' ')]]
    }),
  )
  const { style: _, ...rest } = known
  return { ...rest, ...spec, options, subcommands: { ...known.subcommands, ...spec.subcommands } }
}

function named(specs: ProgramSpecs): readonly (readonly [string, ProgramSpec])[] {
  return Object.entries(specs).flatMap(([names, spec]) => names.split(' ').map((name) => [name, spec] as const))
}
