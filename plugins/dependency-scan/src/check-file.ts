import type { TreeFile } from 'codex-kernel/plugin-api'
import { checkDependencies, checkLocked } from './check-dependencies.ts'
import type { Dependency, DependencyFile, Flaw } from './dependency.ts'
import { foldUnpinned } from './fold-unpinned.ts'
import { readPackageJson, readPackageLock, readPnpmLock, readYarnLock } from './read-npm.ts'
import { readCargoLock, readCargoToml, readDockerfile, readGoMod, readJavaBuild, readWorkflow } from './read-others.ts'
import { readPyproject, readPythonLock, readRequirements } from './read-python.ts'
import { createTypoFinder } from './typo-name.ts'

export interface FileCheck {
  readonly text: string
  readonly flaws: readonly Flaw[]
  /** How many packages the file names. */
  readonly packages: number
  /** Why it could not be read; nothing is known of it then. */
  readonly problem?: string
}

type Read = (path: string) => Promise<string | undefined>
type Reader = (text: string, folder: string, read: Read) => DependencyFile | Promise<DependencyFile>

const kinds: readonly { readonly name: RegExp; readonly read: Reader }[] = [
  { name: /(^|\/)package\.json$/, read: readPackageJson },
  {
    name: /(^|\/)(package-lock|npm-shrinkwrap)\.json$/,
    read: async (text, folder, read) => readPackageLock(text, await rangesBeside(folder, read)),
  },
  { name: /(^|\/)yarn\.lock$/, read: readYarnLock },
  { name: /(^|\/)pnpm-lock\.yaml$/, read: readPnpmLock },
  {
    name: /(^|\/)[\w.-]*requirements[\w.-]*\.(txt|in)$|(^|\/)requirements\/[\w.-]+\.(txt|in)$/,
    read: readRequirements,
  },
  { name: /(^|\/)pyproject\.toml$/, read: readPyproject },
  { name: /(^|\/)(poetry|uv)\.lock$/, read: readPythonLock },
  { name: /(^|\/)go\.mod$/, read: async (text, folder, read) => readGoMod(text, await read(`${folder}go.sum`)) },
  // Read with go.mod alone.
  { name: /(^|\/)go\.sum$/, read: () => ({ dependencies: [], locked: [], flaws: [] }) },
  { name: /(^|\/)Cargo\.toml$/, read: readCargoToml },
  { name: /(^|\/)Cargo\.lock$/, read: readCargoLock },
  { name: /(^|\/)(pom\.xml|[\w.-]*\.gradle(\.kts)?)$/, read: readJavaBuild },
  { name: /(^|\/)(Dockerfile|Containerfile)(\.[\w-]+)?$|\.dockerfile$/i, read: readDockerfile },
  { name: /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$|(^|\/)action\.ya?ml$/, read: readWorkflow },
]

/** Ranges of Python's manifests are fine beside one of these; those of npm always are. */
const pythonLocks = ['poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile.lock']

/** What a file is to this scan; undefined for nothing. */
export function kindOfFile(path: string): Reader | undefined {
  return kinds.find(({ name }) => name.test(path))?.read
}

/** Reads one manifest or lockfile, with those beside it, and gives its flaws. A file that does not parse is told of, and not judged. */
export async function checkFile(file: TreeFile, read: Read): Promise<FileCheck> {
  const reader = kindOfFile(file.path)
  const text = await read(file.path)
  if (!reader || text === undefined) return { text: '', flaws: [], packages: 0, problem: 'it cannot be read' }
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1)
  let found: DependencyFile
  try {
    found = await reader(text, folder, read)
  } catch (error) {
    return { text, flaws: [], packages: 0, problem: `it does not parse: ${firstLine(error)}` }
  }
  const { dependencies, locked } = found
  const locks = await Promise.all(pythonLocks.map((name) => read(folder + name)))
  const hasLock = locks.some((each) => each !== undefined) || file.path.endsWith('pyproject.toml')
  const flaws = [
    ...found.flaws,
    ...foldUnpinned(checkDependencies(dependencies, { hasLock, typo: typoFinder() }), dependencies.length),
    ...checkLocked(locked),
  ]
  return { text, flaws, packages: dependencies.length + locked.length }
}

async function rangesBeside(folder: string, read: Read): Promise<ReadonlyMap<string, string> | undefined> {
  const text = await read(`${folder}package.json`)
  try {
    return text === undefined ? undefined : readPackageJson(text).ranges
  } catch {
    // That the manifest does not parse is told where it is read itself.
    return undefined
  }
}

/** Lists are taken apart when the first name of their kind comes. */
function typoFinder(): (dependency: Dependency) => string | undefined {
  const finders = new Map<string, (name: string) => string | undefined>()
  return ({ ecosystem, name }) => {
    if (ecosystem !== 'npm' && ecosystem !== 'pypi') return undefined
    const find = finders.get(ecosystem) ?? createTypoFinder(ecosystem)
    finders.set(ecosystem, find)
    return find(name)
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n')[0] ?? ''
}
