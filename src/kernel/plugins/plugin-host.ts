import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'
import { parseJson } from '../parse-json.ts'
import type { PluginManifest } from '../plugin-manifest.ts'
import type { Inspection } from './inspect-plugin.ts'
import type { LockedPlugin } from './plugin-lockfile.ts'
import type { PluginPlaces } from './plugin-places.ts'
import type { PluginPrograms } from './run-npm.ts'

/** An entry of the list that `@oclif/plugin-plugins` keeps in its data directory. */
export type RecordedPlugin =
  | { readonly type: 'user'; readonly name: string; readonly tag?: string; readonly url?: string }
  | { readonly type: 'link'; readonly name: string; readonly root: string }

/** That list. */
export interface PluginRecord {
  list(): Promise<readonly RecordedPlugin[]>
  add(plugin: RecordedPlugin): Promise<void>
  /** Also from the dependencies. */
  remove(name: string): Promise<void>
}

/** What changing plugins needs from outside. */
export interface PluginHost {
  readonly places: PluginPlaces
  readonly programs: PluginPrograms
  /** The list in this data directory. */
  record(dataDir: string): PluginRecord
  /** Commands that the program has of its own, such as `plugins list`. */
  readonly ownCommands: ReadonlySet<string>
  /** Plugins that come with the program. */
  builtins(): Promise<readonly PluginManifest[]>
  /** Shows what a plugin would bring and asks. Throws where the answer is no. */
  agree(proposal: Proposal): Promise<void>
}

/** What a person is asked. */
export interface Proposal {
  readonly what: 'install' | 'link' | 'update'
  readonly inspection: Inspection
  /** As asked for. */
  readonly source: string
  readonly integrity?: string
  /** What was agreed to before; absent: it is new here. */
  readonly before?: Pick<LockedPlugin, 'version' | 'agreed'>
  /** What of the same name is installed and would go. */
  readonly replaces?: Pick<LockedPlugin, 'version' | 'source'>
  /** Ids that others have too. */
  readonly clashes: readonly string[]
  /** Whether install scripts would be run. */
  readonly runsScripts: boolean
}

/** The list of a data directory; it has to be readable before it may be written. @throws CodexError `plugin.record` */
export async function readRecord(host: PluginHost, dataDir: string): Promise<readonly RecordedPlugin[]> {
  const file = join(dataDir, 'package.json')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return []
  const parsed = parseJson(text)
  if (parsed.ok && !isRecord(parsed.value)) return []
  if (parsed.ok) return (await host.record(dataDir).list()).filter(isWhole)
  const { line, column } = parsed
  throw new CodexError('plugin.record', 'The list of installed plugins is not JSON', {
    location: { file: join(host.places.dataDir, 'package.json'), line, column },
    hint: 'Mend it, or take it away and install the plugins again.',
  })
}

/** The file may have been written by hand; an entry that does not say which plugin it is counts nowhere. */
function isWhole(plugin: RecordedPlugin): boolean {
  return typeof plugin.name === 'string' && (plugin.type !== 'link' || typeof plugin.root === 'string')
}

/** Makes the file of the list a list, keeping what else it says. */
export async function prepareRecord(dataDir: string): Promise<void> {
  const file = join(dataDir, 'package.json')
  const parsed = parseJson(await readFile(file, 'utf8').catch(() => '{}')) // read as the list before
  if (parsed.ok && isRecord(parsed.value)) return
  const fields = parsed.ok && typeof parsed.value === 'object' ? parsed.value : {}
  const list = { name: 'codex-plugins', private: true, ...fields, oclif: { schema: 1, plugins: [] } }
  await writeFile(file, JSON.stringify(list, undefined, 2))
}

function isRecord(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'oclif' in value &&
    typeof value.oclif === 'object' &&
    value.oclif !== null &&
    'plugins' in value.oclif &&
    Array.isArray(value.oclif.plugins)
  )
}

export async function kindOfPath(path: string): Promise<'file' | 'folder' | 'absent'> {
  return await stat(path).then(
    (found) => (found.isDirectory() ? 'folder' : 'file'),
    () => 'absent',
  )
}
