import { buildTools } from './build-tools.ts'
import { codeRunners } from './code.ts'
import { containers } from './containers.ts'
import { environments } from './environments.ts'
import { files, plainPrograms } from './files.ts'
import { launchers } from './launchers.ts'
import { nodePrograms } from './node.ts'
import { optionKinds, type ProgramSpec } from './program-spec.ts'
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

/** Programs that were asked for; `undefined` where nobody said. A command asks for few, and again and again. */
const found = new Map<string, ProgramSpec | undefined>()
const mostFound = 1000

/** The names of all programs that the tables have. */
export function programNames(): readonly string[] {
  const names = [plainPrograms, ...tables.flatMap((table) => Object.keys(table))]
  return [...new Set(names.flatMap((each) => each.split(' ')))]
}

/** How the words of a program are read. Undefined: nobody said. */
export function findProgram(name: string): ProgramSpec | undefined {
  if (found.has(name)) return found.get(name)
  // Looked for in place: an index of all of them takes longer to make than a thread's commands to find theirs.
  const specs = tables.flatMap((table) =>
    Object.keys(table).flatMap((names) => (isAmong(names, name) ? (table[names] ?? []) : [])),
  )
  const spec = specs.length > 0 ? specs.reduce(combined) : isAmong(plainPrograms, name) ? plain : undefined
  if (found.size >= mostFound) found.clear()
  found.set(name, spec)
  return spec
}

/** @param names with a blank between two */
function isAmong(names: string, name: string): boolean {
  return names === name || (names.includes(name) && names.split(' ').includes(name))
}

export function findSubcommand(spec: ProgramSpec, name: string): ProgramSpec | undefined {
  return Object.entries(spec.subcommands ?? {}).find(([names]) => isAmong(names, name))?.[1]
}

/** Two tables may speak of a program. How options are read the later one says; what both list counts together. */
function combined(known: ProgramSpec, spec: ProgramSpec): ProgramSpec {
  const options = Object.fromEntries(
    optionKinds.flatMap((kind) => {
      const lists = [spec.options?.[kind] ?? [], known.options?.[kind] ?? []].flat()
      return lists.length === 0 ? [] : [[kind, lists.join(' ')]]
    }),
  )
  const { style: _, ...rest } = known
  return { ...rest, ...spec, options, subcommands: { ...known.subcommands, ...spec.subcommands } }
}
