import { basename, join, relative, sep } from 'node:path'
import { type Diagnostic, formatDiagnostic } from '../plugin-api/diagnostic.ts'
import type { KernelClient, ReloadChange, ReloadReport } from '../plugin-api/kernel-client.ts'
import { type Origin, originLayers } from '../plugin-api/origin.ts'

/** What `codex dev` prints of a report: a line for each change, its problems below it. */
export async function devLines(report: ReloadReport, kernel: KernelClient, now: Date): Promise<readonly string[]> {
  if (report.type === 'started') return await startLines(report, kernel)
  const time = now.toTimeString().slice(0, 8)
  const short = (file: string) => shortPath(file, kernel)
  const milliseconds = `${Math.max(1, Math.round(report.durationMs))} ms`
  const lines = toldChanges(report, kernel).flatMap((change) => [
    [
      `${time} ${change.change.padEnd(9)} ${nameOf(change)}`,
      placeOf(change, short),
      ...notesOf(change, short),
      milliseconds,
    ]
      .filter(Boolean)
      .join('  '),
    ...change.problems.map((problem) => `         ${problemLine(problem)}`),
  ])
  const told = report.changes.flatMap(({ problems }) => problems)
  const untold = report.standing.filter(
    (problem) => !told.some(({ message, file }) => message === problem.message && file === problem.file),
  )
  const standing =
    report.standing.length === 0 ? [] : [`         standing: ${countOf(report.standing.length, 'problem')}`]
  return [
    ...lines,
    ...(lines.length === 0 ? untold.map((problem) => `${time} ${problemLine(problem)}`) : []),
    ...standing,
  ]
}

/** The same as values, one for each line of `--json` (docs/hot-reload.md). */
export async function devRecords(report: ReloadReport, kernel: KernelClient): Promise<readonly object[]> {
  const { type, changes, standing, durationMs, watched } = report
  if (type === 'started') return [{ type: 'started', watched, counts: await countsOf(kernel), standing, durationMs }]
  return [
    ...toldChanges(report, kernel).map((change) => {
      const use = useOf(change)
      return { ...change, type: 'change', ...(use !== undefined && { use }) }
    }),
    { type: 'reloaded', changes: changes.length, standing, durationMs },
  ]
}

/** An install writes the files of all installed plugins anew: those that are as they were are no news. */
function toldChanges({ changes }: ReloadReport, { codexHome }: KernelClient): readonly ReloadChange[] {
  const installed = join(codexHome, 'oclif') + sep
  return changes.filter(({ change, file }) => change !== 'unchanged' || !file?.startsWith(installed))
}

async function startLines(report: ReloadReport, kernel: KernelClient): Promise<readonly string[]> {
  const counts = Object.entries(await countsOf(kernel)).map(([names, count]) =>
    count === 1 ? `1 ${names.replace(/ies$/, 'y').replace(/s$/, '')}` : `${count} ${names}`,
  )
  const places = report.watched.map((path) => `  ${shortPath(path, kernel)}`)
  return [
    `watching ${countOf(report.watched.length, 'place')}:`,
    ...places,
    `loaded in ${Math.round(report.durationMs)} ms: ${counts.join(', ')}`,
    report.standing.length === 0 ? 'nothing is wrong' : `standing: ${countOf(report.standing.length, 'problem')}`,
    ...report.standing.map((problem) => `  ${problemLine(problem)}`),
    'Save a file to see what it does. Ctrl-C ends.',
  ]
}

async function countsOf(kernel: KernelClient): Promise<Readonly<Record<string, number>>> {
  const [commands, agents, profiles, policies, extensions] = await Promise.all([
    kernel.commands(),
    kernel.agents(),
    kernel.profiles(),
    kernel.policies(),
    kernel.extensions(),
  ])
  // A definition that is no plugin's has its layer there.
  const layers: readonly string[] = originLayers
  const plugins = new Set(extensions.map(({ plugin }) => plugin).filter((plugin) => !layers.includes(plugin)))
  return {
    commands: commands.length,
    agents: agents.length,
    profiles: profiles.length,
    policies: policies.length,
    plugins: plugins.size,
  }
}

function nameOf({ kind, id }: ReloadChange): string {
  return kind === 'command' ? `command /${id}` : kind === 'agent' ? `agent @${id}` : `${kind} ${id}`
}

function placeOf({ file, origin }: ReloadChange, short: (file: string) => string): string {
  if (file === undefined) return ''
  return origin === undefined ? short(file) : `${short(file)} (${layerOf(origin)})`
}

function notesOf(change: ReloadChange, short: (file: string) => string): readonly string[] {
  const hides = change.shadows[0]
  const use = useOf(change)
  return [
    ...(hides && change.change !== 'removed' ? [`hides ${originText(hides, short)}`] : []),
    ...(change.hiddenBy ? [`hidden by ${originText(change.hiddenBy, short)}`] : []),
    ...(change.uncovers ? [`in force now: ${originText(change.uncovers, short)}`] : []),
    ...(use === undefined ? [] : [use]),
  ]
}

/** What the edit means for whoever uses the program. */
function useOf({ change, kind, id, hiddenBy, problems }: ReloadChange): string | undefined {
  if (hiddenBy || change === 'unchanged') return undefined
  if (change === 'broken') return brokenUse(kind, problems)
  if (change === 'removed') return undefined
  if (kind === 'command') return `codex /${id}`
  if (kind === 'skill') return `codex "… $${id} …"`
  if (kind === 'agent') return `codex @${id} "…"`
  if (kind === 'profile')
    return id.startsWith('project:') ? 'narrows new threads' : `codex --security-profile ${id} "…"`
  if (kind === 'policy' || kind === 'hooks') return 'holds for new threads'
  if (kind === 'configuration') return 'holds for new threads'
  return undefined
}

function brokenUse(kind: string, problems: readonly Diagnostic[]): string | undefined {
  if (problems.some(({ lastGood }) => lastGood)) return 'the last good version stays'
  return ['profile', 'policy', 'hooks'].includes(kind) ? 'no thread starts until it is mended' : 'not loaded'
}

/** A file of the program's own or of a plugin is known by its name. */
function originText(origin: Origin, short: (file: string) => string): string {
  const isOwn = origin.layer === 'user' || origin.layer === 'project'
  return isOwn ? `${layerOf(origin)} ${short(origin.file)}` : `${layerOf(origin)} ${basename(origin.file)}`
}

function layerOf({ layer, plugin }: Origin): string {
  return plugin ?? layer
}

function problemLine(problem: Diagnostic): string {
  return `${problem.severity}: ${formatDiagnostic(problem)}`
}

/** `1 place`, `2 places`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Below the workspace as it is there, below CODEX_HOME with its name in front; else whole. */
function shortPath(file: string, { workspaceRoot, codexHome }: KernelClient): string {
  if (file.startsWith(`${workspaceRoot}${sep}`)) return relative(workspaceRoot, file)
  return file.startsWith(`${codexHome}${sep}`) ? `$CODEX_HOME/${relative(codexHome, file)}` : file
}
