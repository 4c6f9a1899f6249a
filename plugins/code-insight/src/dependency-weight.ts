import { defineTool, type ToolContext, type ToolOutput, type Tree, type TreeFile, z } from 'codex-kernel/plugin-api'
import { adviceOn } from './lighter-ways.ts'
import type { CodeText } from './map-tests.ts'
import { plural } from './plural.ts'
import { openTrees, readCode } from './read-code.ts'

const input = z.strictObject({
  max_packages: z.int().positive().max(500).default(12).describe('Dependencies that are listed, the heaviest first.'),
})

/** A dependency of the program, and what comes with it. */
interface Weight {
  readonly name: string
  readonly version: string
  /** Its own files, in KiB. */
  readonly own_kb: number
  /** With all that it needs. */
  readonly total_kb: number
  /** Packages that it needs, and theirs. */
  readonly brings: number
  /** Sources that import it; those that do so only when they need it. */
  readonly imported_in: number
  readonly lazily: number
  /** Empty: nothing is known. */
  readonly advice: string
}

/** What `dependency_weight` gives as data. Names are those of the wire. */
interface DependencyWeights {
  readonly dependencies: readonly Weight[]
  readonly count: number
  readonly total_kb: number
  /** No source imports them by name; a tool or a configuration may. */
  readonly not_imported: readonly string[]
  readonly not_installed: readonly string[]
  readonly truncated: boolean
}

const manifestSchema = z.object({
  version: z.string().default(''),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
})
/** Names and sizes of more take minutes to read. */
const maxFiles = 200_000

export const tool = defineTool({
  name: 'dependency_weight',
  description:
    'Measure what the dependencies of a JavaScript package weigh as they are installed: size and number of packages that each brings, where it is imported, whether only when needed, and lighter ways. Reads node_modules; no network.',
  input,
  effects: ['read'],
  parallel: true,
  run,
})

async function run({ max_packages }: z.output<typeof input>, ctx: ToolContext): Promise<ToolOutput> {
  const trees = await openTrees([], ctx)
  const manifest = trees[0]?.files.find(({ path }) => path === `${trees[0]?.root}/package.json`)
  const wanted = manifest && readManifest(await manifest.read())
  if (!wanted) return nothing('there is no package.json here that can be read')
  const names = Object.keys(wanted.dependencies)
  const installed = await openModules(ctx)
  if (installed === undefined) return nothing('there is no node_modules here: install the dependencies first')
  const code = (await readCode(trees, ctx)).filter(
    ({ role, language }) => role === 'source' && language === 'javascript',
  )
  const packages = packagesOf(installed)
  const weights: Weight[] = []
  for (const name of names) {
    ctx.signal.throwIfAborted()
    const own = packages.get(name)
    if (own === undefined) continue
    const needed = await closureOf(name, packages)
    const { imports, lazy } = importsOf(name, code)
    weights.push({
      ...{ name, version: (await manifestOf(own))?.version ?? '', own_kb: kib(own.sizeBytes) },
      total_kb: kib(needed.reduce((sum, each) => sum + each.sizeBytes, 0)),
      ...{ brings: needed.length - 1, imported_in: imports, lazily: lazy, advice: adviceOn(name) },
    })
  }
  const all = new Set((await Promise.all(names.map((name) => closureOf(name, packages)))).flat())
  return render(
    {
      dependencies: weights.toSorted((a, b) => b.total_kb - a.total_kb),
      count: names.length,
      total_kb: kib([...all].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)),
      not_imported: weights.filter(({ imported_in }) => imported_in === 0).map(({ name }) => name),
      not_installed: names.filter((name) => !packages.has(name)),
      truncated: installed.truncated,
    },
    max_packages,
  )
}

interface Installed {
  sizeBytes: number
  manifest?: TreeFile
}

async function openModules(ctx: ToolContext): Promise<Tree | undefined> {
  try {
    return await ctx.fs.openTree(`${ctx.cwd}/node_modules`, { gitignore: false, maxFiles, maxFileBytes: 1024 ** 3 })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** By name; what a package has in a node_modules of its own counts as its part. */
function packagesOf({ root, files }: Tree): ReadonlyMap<string, Installed> {
  const found = new Map<string, Installed>()
  for (const file of files) {
    const [, name = '', rest = ''] = /^((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(file.path.slice(root.length + 1)) ?? []
    if (name === '' || name.startsWith('.')) continue
    const own = found.get(name) ?? { sizeBytes: 0 }
    own.sizeBytes += file.sizeBytes
    if (rest === 'package.json') own.manifest = file
    found.set(name, own)
  }
  return found
}

async function closureOf(name: string, packages: ReadonlyMap<string, Installed>): Promise<readonly Installed[]> {
  const names = new Set([name])
  for (const each of names) {
    const manifest = await manifestOf(packages.get(each))
    for (const next of Object.keys({ ...manifest?.dependencies, ...manifest?.optionalDependencies })) {
      if (packages.has(next)) names.add(next)
    }
  }
  return [...names].flatMap((each) => packages.get(each) ?? [])
}

async function manifestOf(installed: Installed | undefined) {
  return installed?.manifest && readManifest(await installed.manifest.read())
}

function readManifest(text: string) {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function importsOf(name: string, code: readonly CodeText[]): { imports: number; lazy: number } {
  const quoted = `['"\`]${name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?:\\/[^'"\`]*)?['"\`]`
  const any = new RegExp(`(?:\\bfrom\\s*|\\bimport\\s*\\(?\\s*|\\brequire(?:\\.resolve)?\\s*\\(\\s*)${quoted}`)
  const eager = new RegExp(
    `^(?:import\\b(?!\\s*(?:type\\b|\\()).*|export\\b.*|\\}\\s*from\\s*|(?:const|let|var)\\b.*\\brequire\\s*\\(\\s*)${quoted}|^import\\s*${quoted}`,
    'm',
  )
  const users = code.filter(({ text }) => any.test(text))
  return { imports: users.length, lazy: users.filter(({ text }) => !eager.test(text)).length }
}

const kib = (bytes: number): number => Math.round(bytes / 1024)

function nothing(reason: string): ToolOutput {
  const structured: DependencyWeights = {
    dependencies: [],
    count: 0,
    total_kb: 0,
    not_imported: [],
    not_installed: [],
    truncated: false,
  }
  return { text: `Nothing was measured: ${reason}.`, structured, summary: reason }
}

function render(weights: DependencyWeights, maxPackages: number): ToolOutput {
  const { dependencies, count, total_kb, not_imported, not_installed, truncated } = weights
  const [heaviest] = dependencies
  const summary = `${plural(count, 'dependency', 'dependencies')}, ${total_kb} KiB with all that they need${heaviest ? `; the heaviest is ${heaviest.name}, ${heaviest.total_kb} KiB` : ''}`
  const lines = [
    `${summary}.`,
    ...dependencies
      .slice(0, maxPackages)
      .map(
        ({ name, version, own_kb, total_kb: whole, brings, imported_in, lazily, advice }) =>
          `- ${name} ${version}: ${whole} KiB (${own_kb} its own, ${plural(brings, 'package')} with it), imported in ${plural(imported_in, 'file')}${lazily > 0 ? `, ${lazily} of them when needed` : ''}${advice === '' ? '' : `. ${advice}`}`,
      ),
    ...(not_imported.length > 0 ? [`No source imports: ${not_imported.join(', ')}`] : []),
    ...(not_installed.length > 0 ? [`Not installed: ${not_installed.join(', ')}`] : []),
    ...(truncated ? ['node_modules holds more files than were read: the sizes are too small.'] : []),
  ]
  return {
    text: lines.join('\n'),
    structured: { ...weights, dependencies: dependencies.slice(0, maxPackages) },
    summary,
  }
}
