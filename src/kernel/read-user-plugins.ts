import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { type ParsedJson, parseJson } from './parse-json.ts'
import type { ManifestResult, PluginManifest } from './plugin-manifest.ts'
import { previousOf } from './plugins/plugin-places.ts'

export interface UserPlugins {
  readonly manifests: readonly PluginManifest[]
  /** Installed plugins that are off as a whole. */
  readonly disabled: readonly DisabledPlugin[]
  /** Of the list itself and of the plugins that are on. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface DisabledPlugin {
  /** As it is recorded in the list. */
  readonly name: string
  /** Why it is off, the first being the reason to name. */
  readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]]
  /** True where its manifest, or what was agreed to when it was installed, names hooks or policies: what they would have forbidden is not known. */
  readonly mayForbid: boolean
}

/**
 * The plugins that the user installed or linked, as `@oclif/plugin-plugins` records them in its data directory. One that
 * cannot be used is off and said; the others stay. While the directory is being replaced, or where that was broken off,
 * the one that it replaces counts (plugins/stage.ts).
 *
 * @param dataDir oclif's data directory, `$CODEX_HOME/oclif`; it need not exist
 */
export async function readUserPlugins(dataDir: string): Promise<UserPlugins> {
  const plugins = await readOnce(dataDir)
  // The directory may have been replaced in between; a second look finds either the old one or the new one.
  return plugins.disabled.some(({ diagnostics: [{ code }] }) => replacedCodes.has(code))
    ? await readOnce(dataDir)
    : plugins
}

/** What a plugin looks like whose directory goes away while it is read. */
const replacedCodes: ReadonlySet<string> = new Set(['plugin.unreadable', 'plugin.module'])

async function readOnce(dataDir: string): Promise<UserPlugins> {
  const list = await readPackageJson(join(dataDir, 'package.json'))
  if (list !== 'absent') return await readListed(dataDir, list)
  // Either the change is at work now, or it has just been made. Asked without a trip to the thread pool, since most people have no plugins.
  for (const directory of [previousOf(dataDir), dataDir]) {
    const file = join(directory, 'package.json')
    const found = existsSync(file) ? await readPackageJson(file) : 'absent'
    if (found !== 'absent') return await readListed(directory, found)
  }
  return { manifests: [], disabled: [], diagnostics: [] }
}

async function readListed(dataDir: string, list: Exclude<ReadJson, 'absent'>): Promise<UserPlugins> {
  const file = join(dataDir, 'package.json')
  if ('problem' in list) return await withoutList(dataDir, inList(file, list))
  const recorded = asRecord(asRecord(list.value)?.oclif)?.plugins ?? []
  if (!Array.isArray(recorded)) {
    const problem = { ...list.locate(['oclif', 'plugins']), problem: 'has no list at oclif.plugins' }
    return await withoutList(dataDir, inList(file, problem))
  }
  const manifests: PluginManifest[] = []
  const disabled: DisabledPlugin[] = []
  const diagnostics: Diagnostic[] = []
  const found = await Promise.all(
    recorded.map(async (entry, index) => ({ index, ...(await readPlugin(entry, dataDir)) })),
  )
  for (const { index, name, result, mayForbid = false } of found) {
    if (!result) {
      const place = list.locate(['oclif', 'plugins', index])
      const problem = `has an entry without a ${name === undefined ? 'name' : 'root'}; it is left out`
      diagnostics.push({ ...inList(file, { ...place, problem }), field: `oclif.plugins.${index}` })
      continue
    }
    const [first, ...rest] = result.diagnostics
    if (result.manifest) {
      manifests.push(result.manifest)
      diagnostics.push(...result.diagnostics)
    } else if (first && name !== undefined) disabled.push({ name, diagnostics: [first, ...rest], mayForbid })
  }
  return { manifests, disabled, diagnostics }
}

interface FoundPlugin {
  readonly name?: string
  /** Absent: the entry of the list does not say which plugin it is. */
  readonly result?: ManifestResult
  readonly mayForbid?: boolean
}

async function readPlugin(entry: unknown, dataDir: string): Promise<FoundPlugin> {
  const { name, type, root: linked } = asRecord(entry) ?? {}
  if (typeof name !== 'string' || name === '') return {}
  if (type === 'link' && typeof linked !== 'string') return { name }
  const root = type === 'link' ? resolve(String(linked)) : join(dataDir, 'node_modules', name)
  const file = join(root, 'package.json')
  const read = await readPackageJson(file)
  if (read === 'absent' || 'problem' in read) {
    const problem = read === 'absent' ? { problem: 'is not there' } : read
    return { name, result: off(file, problem, name), mayForbid: await couldForbid(name, dataDir) }
  }
  const { readPluginManifest } = await import('./plugin-manifest.ts')
  const { withModules } = await import('./check-modules.ts')
  const where = { file, root, layer: 'plugin', locate: read.locate } as const
  const manifest = readPluginManifest(read.value, where)
  const isPlain = !manifest.manifest && manifest.diagnostics.length === 0
  const result = isPlain ? await commandsOnly(read.value, root) : await withModules(manifest, where, reinstall(name))
  const { hooks, policies } = asRecord(asRecord(asRecord(read.value)?.codex)?.contributes) ?? {}
  return { name, result, mayForbid: [hooks, policies].some((named) => named !== undefined && !isEmptyList(named)) }
}

interface JsonProblem {
  readonly problem: string
  readonly line?: number
  readonly column?: number
}

/** A package with commands of oclif alone is one of ours too. */
async function commandsOnly(value: unknown, root: string): Promise<ManifestResult> {
  const { commandsOnlyManifest } = await import('./plugins/inspect-plugin.ts')
  const manifest = commandsOnlyManifest(asRecord(value) ?? {}, root)
  return manifest ? { manifest, diagnostics: [] } : { diagnostics: [] }
}

/** Where the list cannot be read the lockfile still says which plugins could forbid something; those are off, not gone. */
async function withoutList(dataDir: string, problem: Diagnostic): Promise<UserPlugins> {
  const { readPluginLockfile } = await import('./plugins/plugin-lockfile.ts')
  const { canForbid } = await import('./plugins/contribution-list.ts')
  const locked = await readPluginLockfile(dataDir).catch(() => undefined) // `couldForbid` is asked by name; here none is known
  const guards = Object.entries(locked?.plugins ?? {}).filter(([, { agreed }]) => canForbid(agreed))
  const disabled = guards.map(([name]): DisabledPlugin => ({ name, diagnostics: [problem], mayForbid: true }))
  return { manifests: [], disabled, diagnostics: disabled.length > 0 ? [] : [problem] }
}

/** Whether a plugin that cannot be read had hooks or policies when it was installed; a lockfile that cannot be read says nothing against it. */
async function couldForbid(name: string, dataDir: string): Promise<boolean> {
  const { lockedPlugin, readPluginLockfile } = await import('./plugins/plugin-lockfile.ts')
  const { canForbid } = await import('./plugins/contribution-list.ts')
  try {
    const locked =
      lockedPlugin(await readPluginLockfile(dataDir), name) ??
      lockedPlugin(await readPluginLockfile(previousOf(dataDir)), name)
    return locked !== undefined && canForbid(locked.agreed)
  } catch {
    return true
  }
}

type ReadJson = Extract<ParsedJson, { ok: true }> | JsonProblem | 'absent'

async function readPackageJson(file: string): Promise<ReadJson> {
  try {
    const parsed = parseJson(await readFile(file, 'utf8'))
    return parsed.ok ? parsed : { problem: 'is not JSON', line: parsed.line, column: parsed.column }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException // of readFile
    return code === 'ENOENT' ? 'absent' : { problem: `cannot be read (${code ?? message})` }
  }
}

function off(file: string, { problem, ...place }: JsonProblem, name: string): ManifestResult {
  const message = `The package.json of plugin ${name} ${problem}`
  const common = { severity: 'error', code: 'plugin.unreadable', file, ...place } as const
  return { diagnostics: [{ ...common, message, hint: reinstall(name) }] }
}

function inList(file: string, { problem, ...place }: JsonProblem): Diagnostic {
  const message = `The list of installed plugins ${problem}`
  const hint = 'Mend it, or take it away and install the plugins again.'
  return { severity: 'error', code: 'plugin.unreadable', message, file, ...place, hint }
}

function reinstall(name: string): string {
  return `Reinstall the plugin, or set [plugins."${name}"] enabled = false.`
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>) // an object's own keys are strings
    : undefined
}
