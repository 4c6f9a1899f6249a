import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'
import { parseJson } from '../parse-json.ts'
import {
  compareDigests,
  digestFiles,
  digestOf,
  type FileDifference,
  type FileDigests,
  outerPlaces,
  packagesOf,
  readInstalledPackages,
} from './installed-files.ts'
import { formatPluginLockfile, type LockedPlugin, type PluginLockfile } from './plugin-lockfile.ts'
import { digestsName, lockfileName } from './plugin-places.ts'

/** Whether a plugin is as it was agreed. */
export interface PluginVerdict {
  readonly name: string
  readonly version: string
  /** `unlocked`: it was installed by other means, so nobody knows; `linked`: it is used where it lies, and may change. */
  readonly status: 'intact' | 'altered' | 'linked' | 'unlocked'
  readonly differences: readonly FileDifference[]
}

/** Compares the installed files of a plugin and of its dependencies, and its tarball, with what was agreed. */
export async function differencesOf(
  dataDir: string,
  name: string,
  locked: LockedPlugin,
): Promise<readonly FileDifference[]> {
  const file = digestsFile(name)
  const text = await readFile(join(dataDir, file), 'utf8').catch(() => undefined)
  if (text === undefined) return [{ file, problem: 'missing' }]
  if (digestOf(text) !== locked.files_digest) return [{ file, problem: 'changed' }]
  const parsed = parseJson(text)
  const agreed = parsed.ok ? (parsed.value as FileDigests) : {} // its digest says that we wrote it
  const found = await digestFiles(dataDir, outerPlaces(Object.keys(agreed)))
  return [...(await tarballDifference(dataDir, locked)), ...compareDigests(agreed, found)]
}

/** Packages that are there and that no plugin brought. */
export async function strayPackages(dataDir: string, lockfile: PluginLockfile): Promise<readonly FileDifference[]> {
  const known = new Set<string>()
  for (const name of Object.keys(lockfile.plugins)) {
    const text = await readFile(join(dataDir, digestsFile(name)), 'utf8').catch(() => '{}')
    const parsed = parseJson(text)
    for (const place of parsed.ok ? outerPlaces(Object.keys(parsed.value as FileDigests)) : []) known.add(place) // as above
  }
  const folders = await readdir(join(dataDir, 'node_modules'), { withFileTypes: true }).catch(() => [])
  const names = await Promise.all(
    folders
      .filter(({ name }) => !name.startsWith('.'))
      .map(async ({ name }) =>
        name.startsWith('@')
          ? (await readdir(join(dataDir, 'node_modules', name)).catch(() => [])).map((inner) => `${name}/${inner}`)
          : [name],
      ),
  )
  return names
    .flat()
    .map((name) => `node_modules/${name}`)
    .filter((place) => !known.has(place))
    .map((file) => ({ file, problem: 'added' }))
}

/** The installed plugins that are not as they were agreed. */
export async function alteredPlugins(dataDir: string, lockfile: PluginLockfile): Promise<ReadonlySet<string>> {
  const altered = new Set<string>()
  for (const [name, locked] of Object.entries(lockfile.plugins)) {
    if (locked.type === 'installed' && (await differencesOf(dataDir, name, locked)).length > 0) altered.add(name)
  }
  return altered
}

/** Refuses to build on plugins that are not as agreed, since writing new digests would agree to what is there. @throws CodexError `plugin.unverified` */
export async function refuseTouched(dataDir: string, lockfile: PluginLockfile, except: string): Promise<void> {
  for (const [name, locked] of Object.entries(lockfile.plugins)) {
    if (name === except || locked.type === 'linked') continue
    const [first, ...more] = await differencesOf(dataDir, name, locked)
    if (!first) continue
    const others = more.length > 0 ? ` (and ${more.length} more)` : ''
    throw new CodexError(
      'plugin.unverified',
      `Plugin ${name} is not as it was agreed: ${first.file} is ${first.problem}${others}`,
      {
        hint: `Look with codex plugins verify, then install or uninstall it: codex plugins install ${locked.source}`,
      },
    )
  }
}

/**
 * Writes the lockfile, and the digests of the installed plugins as they are now.
 *
 * @param altered those that are not as agreed: what was agreed of them stays
 */
export async function writeLockfile(
  dataDir: string,
  lockfile: PluginLockfile,
  altered: ReadonlySet<string> = new Set(),
): Promise<void> {
  const installed = await readInstalledPackages(dataDir)
  await mkdir(join(dataDir, digestsName), { recursive: true })
  const wanted = new Set(Object.keys(lockfile.plugins).map(digestsFile))
  for (const file of await readdir(join(dataDir, digestsName))) {
    if (!wanted.has(`${digestsName}/${file}`)) await rm(join(dataDir, digestsName, file))
  }
  const plugins: Record<string, LockedPlugin> = {}
  for (const [name, locked] of Object.entries(lockfile.plugins)) {
    if (locked.type === 'linked' || altered.has(name)) {
      plugins[name] = locked
      continue
    }
    const text = `${JSON.stringify(await digestFiles(dataDir, [`node_modules/${name}`, ...packagesOf(name, installed)]), undefined, 1)}\n`
    await writeFile(join(dataDir, digestsFile(name)), text)
    plugins[name] = { ...locked, files_digest: digestOf(text) }
  }
  await writeFile(join(dataDir, lockfileName), formatPluginLockfile({ ...lockfile, plugins }))
}

async function tarballDifference(
  dataDir: string,
  { tarball, integrity }: LockedPlugin,
): Promise<readonly FileDifference[]> {
  if (tarball === undefined) return []
  const content = await readFile(join(dataDir, tarball)).catch(() => undefined)
  if (content === undefined) return [{ file: tarball, problem: 'missing' }]
  const found = `sha512-${createHash('sha512').update(content).digest('base64')}`
  return found === integrity ? [] : [{ file: tarball, problem: 'changed' }]
}

/** From the data directory. A scope's slash is no folder here. */
function digestsFile(name: string): string {
  return `${digestsName}/${encodeURIComponent(name)}.json`
}
