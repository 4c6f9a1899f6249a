import { copyFile, mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'
import { modulePoints } from '../../plugin-api/extension-points.ts'
import type { PluginManifest } from '../plugin-manifest.ts'
import { readUserPlugins } from '../read-user-plugins.ts'
import { checkTarball } from './check-tarball.ts'
import { fetchTarball, type PluginTarball } from './fetch-tarball.ts'
import { checkManifest, type Inspection, inspectPlugin } from './inspect-plugin.ts'
import { readInstalledPackages } from './installed-files.ts'
import { type PluginHost, prepareRecord } from './plugin-host.ts'
import { lockedPlugin, readPluginLockfile } from './plugin-lockfile.ts'
import { tarballsName } from './plugin-places.ts'
import { isPackageName, type PluginSource } from './plugin-source.ts'
import { runNpm } from './run-npm.ts'
import type { Stage } from './stage.ts'
import { differencesOf, refuseTouched } from './verify-plugins.ts'

/** A package that was fetched and looked at from outside; nothing of it is unpacked. */
export interface FetchedPlugin {
  readonly source: PluginSource
  readonly tarball: PluginTarball
  readonly name: string
  readonly version: string
}

/** @throws CodexError `plugin.source`, `plugin.unsafe`, `plugin.invalid`, `plugin.failed`; the abort reason */
export async function fetchPlugin(
  source: PluginSource,
  stage: Stage,
  host: PluginHost,
  signal: AbortSignal,
): Promise<FetchedPlugin> {
  const tarball = await fetchTarball(source, stage.workDir, host.programs, signal)
  const text = await checkTarball(tarball.file, source.text, signal)
  const { name, version } = checkManifest(text, source.text).manifest
  if (!isPackageName(name) || (source.type === 'registry' && source.name !== name)) {
    throw new CodexError('plugin.unsafe', `${source.text} holds a package that is called ${JSON.stringify(name)}`, {
      hint: 'Ask for it by its own name, if that is what you want.',
    })
  }
  await refuseOwnName(name, host)
  return { source, tarball, name, version }
}

/** Nothing may be taken for a plugin of the program. @throws CodexError `plugin.unsafe` */
export async function refuseOwnName(name: string, host: PluginHost): Promise<void> {
  if (!(await host.builtins()).some((builtin) => builtin.name === name)) return
  throw new CodexError('plugin.unsafe', `${name} is the name of a plugin that comes with the program`, {
    hint: 'Nothing was installed. Its author has to give it another name.',
  })
}

/**
 * Installs a fetched plugin and its dependencies into the stage, and reads what it brings. No script runs.
 * @throws CodexError `plugin.unverified`, `plugin.unsafe`, `plugin.invalid`, `plugin.source`, `plugin.failed`; the abort reason
 */
export async function layOutPlugin(
  { source, tarball, name, version }: FetchedPlugin,
  { dataDir }: Stage,
  host: PluginHost,
  signal: AbortSignal,
): Promise<{ readonly inspection: Inspection; readonly tarballFile: string }> {
  const lockfile = await readPluginLockfile(dataDir)
  await refuseTouched(dataDir, lockfile, name)
  const before = lockedPlugin(lockfile, name)
  if (before?.type === 'installed' && (await differencesOf(dataDir, name, before)).length > 0) {
    // What npm takes for installed is not what is there: all is laid out anew.
    await rm(join(dataDir, 'node_modules'), { recursive: true, force: true })
  }
  // The start of the digest is in the name, so that another content of one version is another file for npm.
  const mark = Buffer.from(tarball.integrity.slice('sha512-'.length), 'base64').toString('hex').slice(0, 12)
  const tarballFile = `${tarballsName}/${name.replace(/^@/, '').replace('/', '-')}-${version}-${mark}.tgz`
  await mkdir(join(dataDir, tarballsName), { recursive: true })
  await copyFile(tarball.file, join(dataDir, tarballFile))
  if (before?.tarball !== undefined && before.tarball !== tarballFile) {
    await rm(join(dataDir, tarballsName, basename(before.tarball)), { force: true })
  }
  await prepareRecord(dataDir)
  // Recorded before npm writes the dependency into the same file: taking an older entry away takes its dependency too.
  const record = host.record(dataDir)
  await record.remove(name)
  const where = source.type === 'registry' ? { tag: source.wanted } : { url: source.text }
  await record.add({ type: 'user', name, ...where })
  const place = { cwd: dataDir, what: source.text }
  await runNpm(['install', `./${tarballFile}`, '--save', '--prefer-offline'], place, host.programs, signal)
  const installed = await readInstalledPackages(dataDir)
  const linked = [...installed].find(([, { isLink }]) => isLink)?.[0]
  if (linked !== undefined) {
    throw new CodexError('plugin.unsafe', `${source.text} depends on a folder of this machine: ${linked}`, {
      hint: 'A plugin has to hold what it needs, or name it by version. Its author can bundle it.',
    })
  }
  const inspection = await inspectPlugin(join(dataDir, 'node_modules', name), installed, source.text)
  return { inspection, tarballFile }
}

/** Ids of a plugin that others have too, in words. */
export async function clashesOf({ manifest, contributes }: Inspection, host: PluginHost): Promise<readonly string[]> {
  const { manifests } = await readUserPlugins(host.places.dataDir)
  const others = [...(await host.builtins()), ...manifests].filter(({ name }) => name !== manifest.name)
  const taken = contributes.cli_commands.filter((id) => host.ownCommands.has(id))
  return [
    ...others.flatMap((other) => clashesWith(manifest, other)),
    ...taken.map((id) => `codex ${id}: the program has it already, and keeps it`),
  ]
}

function clashesWith(plugin: PluginManifest, other: PluginManifest): readonly string[] {
  return modulePoints.flatMap((point) => {
    const taken = new Set(other.contributes[point].map(({ id }) => id))
    const outcome = other.layer === 'builtin' ? 'it hides the one of' : 'it is off, since it is also of'
    return plugin.contributes[point].flatMap(({ id }) =>
      taken.has(id) ? [`${point} ${id}: ${outcome} ${other.name}`] : [],
    )
  })
}
