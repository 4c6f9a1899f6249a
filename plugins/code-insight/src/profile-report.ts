import { defineTool, isCodexError, type ToolContext, type ToolOutput, type TreeFile, z } from 'codex-kernel/plugin-api'
import { plural } from './plural.ts'
import { type Profile, readProfile } from './read-profile.ts'

const maxFileBytes = 256 * 1024 * 1024
const maxProfiles = 5

const input = z.strictObject({
  paths: z.array(z.string()).default([]).describe('Profiles, or folders with profiles. Empty: those of the workspace.'),
  max_functions: z.int().positive().max(200).default(12).describe('Functions that are listed of each profile.'),
})

/** What `profile_report` gives as data. Names are those of the wire. */
interface ProfileReport {
  /** The newest first. */
  readonly profiles: readonly {
    readonly file: string
    readonly written: string
    readonly duration_ms: number
    readonly busy_ms: number
    /** Most time in itself first; percent is of the busy time. */
    readonly functions: readonly {
      readonly name: string
      readonly place: string
      readonly self_ms: number
      readonly self_percent: number
      readonly total_ms: number
    }[]
    /** By package, the program's own code, Node, garbage collection. */
    readonly groups: readonly { readonly name: string; readonly self_ms: number; readonly self_percent: number }[]
  }[]
  readonly left_out: number
  readonly unreadable: readonly string[]
}

export const tool = defineTool({
  name: 'profile_report',
  description:
    'Read CPU profiles that a run has left (`*.cpuprofile`, as `node --cpu-prof` and browsers write them): where the time went, by function and by package. Runs nothing.',
  input,
  effects: ['read'],
  parallel: true,
  run,
})

async function run({ paths, max_functions }: z.output<typeof input>, ctx: ToolContext): Promise<ToolOutput> {
  const files = (await findProfiles(paths, ctx)).toSorted((a, b) => b.modifiedMs - a.modifiedMs)
  const unreadable: string[] = []
  const profiles = []
  for (const file of files.slice(0, maxProfiles)) {
    ctx.signal.throwIfAborted()
    const profile = readProfile(await file.read())
    if (profile) profiles.push(described(file, profile, ctx.workspaceRoot, max_functions))
    else unreadable.push(file.relativePath)
  }
  return render({ profiles, left_out: Math.max(0, files.length - maxProfiles), unreadable })
}

/** Without paths: those of the tree, and those that lie at the root though they are ignored, where Node writes them. */
async function findProfiles(paths: readonly string[], ctx: ToolContext): Promise<readonly TreeFile[]> {
  const roots = paths.length > 0 ? paths : await ignoredAtRoot(ctx)
  const found = new Map<string, TreeFile>()
  for (const [root, gitignore] of [
    ...roots.map((root) => [root, false] as const),
    ...(paths.length > 0 ? [] : [[ctx.workspaceRoot, true] as const]),
  ]) {
    try {
      const { files } = await ctx.fs.openTree(root, { gitignore, maxFileBytes })
      for (const file of files) if (file.path.endsWith('.cpuprofile')) found.set(file.path, file)
    } catch (error) {
      if (paths.length > 0 || !isCodexError(error)) throw error // one that may not be read is as if it were not there
    }
  }
  return [...found.values()]
}

async function ignoredAtRoot(ctx: ToolContext): Promise<readonly string[]> {
  const entries = await ctx.fs.list(ctx.workspaceRoot)
  return entries
    .filter(({ name, kind }) => kind === 'file' && name.endsWith('.cpuprofile'))
    .map(({ name }) => `${ctx.workspaceRoot}/${name}`)
}

function described({ relativePath, modifiedMs }: TreeFile, profile: Profile, root: string, maxFunctions: number) {
  const { durationMs, busyMs, functions } = profile
  const percent = (ms: number) => (busyMs === 0 ? 0 : Math.round((1000 * ms) / busyMs) / 10)
  const busy = functions.filter(({ name, selfMs }) => name !== '(idle)' && selfMs > 0)
  const groups = [...Map.groupBy(busy, ({ name, url }) => groupOf(name, url))].map(([name, own]) => {
    const selfMs = own.reduce((sum, each) => sum + each.selfMs, 0)
    return { name, self_ms: round(selfMs), self_percent: percent(selfMs) }
  })
  return {
    ...{
      file: relativePath,
      written: new Date(modifiedMs).toISOString(),
      duration_ms: round(durationMs),
      busy_ms: round(busyMs),
    },
    functions: busy.slice(0, maxFunctions).map(({ name, url, line, selfMs, totalMs }) => ({
      ...{
        name,
        place: placeOf(url, line, root),
        self_ms: round(selfMs),
        self_percent: percent(selfMs),
        total_ms: round(totalMs),
      },
    })),
    groups: groups.toSorted((a, b) => b.self_ms - a.self_ms).slice(0, maxFunctions),
  }
}

function groupOf(name: string, url: string): string {
  if (url === '') return name === '(garbage collector)' ? 'garbage collection' : 'the engine'
  if (url.startsWith('node:')) return 'Node itself'
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
  return inPackage ?? 'own code'
}

function placeOf(url: string, line: number, root: string): string {
  if (url === '') return ''
  const path = url.startsWith('file://') ? decodeURI(url.slice('file://'.length)) : url
  return `${path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path}:${line}`
}

const round = (ms: number): number => Math.round(ms * 10) / 10

function render(report: ProfileReport): ToolOutput {
  const [first] = report.profiles
  const summary = first
    ? `${plural(report.profiles.length, 'profile')}; in ${first.file} ${first.functions[0]?.name ?? 'nothing'} takes ${first.functions[0]?.self_percent ?? 0} % of ${first.busy_ms} ms`
    : 'no CPU profile was found'
  const lines = report.profiles.flatMap(({ file, duration_ms, busy_ms, functions, groups }) => [
    `${file}: ${duration_ms} ms, ${busy_ms} ms of them busy`,
    ...functions.map(
      ({ name, place, self_ms, self_percent, total_ms }) =>
        `- ${self_percent} % ${self_ms} ms in ${name} ${place} (${total_ms} ms with what it calls)`,
    ),
    `By part: ${groups.map(({ name, self_percent }) => `${name} ${self_percent} %`).join(', ')}`,
  ])
  const notes = [
    ...report.unreadable.map((file) => `${file} is no CPU profile.`),
    ...(report.left_out > 0 ? [`${report.left_out} older profiles were not read.`] : []),
  ]
  return { text: [`${summary}.`, ...lines, ...notes].join('\n'), structured: report, summary }
}
