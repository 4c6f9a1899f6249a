import { CodexError } from '../../plugin-api/errors.ts'
import type { ContributionList } from './contribution-list.ts'
import type { Inspection } from './inspect-plugin.ts'
import { type PluginHost, readRecord } from './plugin-host.ts'
import { type LockedPlugin, lockedPlugin, readPluginLockfile } from './plugin-lockfile.ts'
import type { PluginSource } from './plugin-source.ts'
import { runInstallScripts } from './run-npm.ts'
import { type Stage, withStage } from './stage.ts'
import { clashesOf, type FetchedPlugin, fetchPlugin, layOutPlugin } from './stage-plugin.ts'
import { differencesOf, writeLockfile } from './verify-plugins.ts'

export interface InstallRequest {
  readonly source: PluginSource
  /** Run the install scripts of the package and of what comes with it. */
  readonly runsScripts: boolean
  /** The name that the package must have; absent: any. */
  readonly expectedName?: string
}

export interface Installed {
  readonly name: string
  readonly version: string
  /** `unchanged`: this very package was installed before, and is intact. */
  readonly outcome: 'installed' | 'unchanged'
  readonly contributes: ContributionList
}

/**
 * Installs a plugin: fetched, looked at and agreed to aside, then put in force whole. Where anything goes wrong, nothing
 * has changed.
 * @throws CodexError `plugin.*`; what `host.agree` throws; the abort reason
 */
export async function installPlugin(
  request: InstallRequest,
  host: PluginHost,
  signal: AbortSignal,
): Promise<Installed> {
  return await withStage(host.places, async (stage) => {
    const recorded = await readRecord(host, stage.dataDir)
    const fetched = await fetchPlugin(request.source, stage, host, signal)
    const { name, version } = fetched
    if (request.expectedName !== undefined && request.expectedName !== name) {
      throw new CodexError('plugin.source', `${request.source.text} is called ${name}, not ${request.expectedName}`, {
        hint: 'Correct the name of the table, or its install.',
      })
    }
    if (recorded.some((each) => each.name === name && each.type === 'link')) {
      throw new CodexError('plugin.source', `Plugin ${name} is linked`, {
        hint: `End that first: codex plugins uninstall ${name}`,
      })
    }
    const before = lockedPlugin(await readPluginLockfile(stage.dataDir), name)
    if (before && (await isSame(before, fetched, request, stage))) {
      return { name, version, outcome: 'unchanged', contributes: before.agreed }
    }
    const laidOut = await layOutPlugin(fetched, stage, host, signal)
    await host.agree({
      what: 'install',
      inspection: laidOut.inspection,
      source: request.source.text,
      integrity: fetched.tarball.integrity,
      ...(before && { replaces: before }),
      clashes: await clashesOf(laidOut.inspection, host),
      runsScripts: request.runsScripts,
    })
    await commitPlugin({ ...laidOut, ...fetched, runsScripts: request.runsScripts }, stage, host, signal)
    return { name, version, outcome: 'installed', contributes: laidOut.inspection.contributes }
  })
}

async function isSame(before: LockedPlugin, fetched: FetchedPlugin, request: InstallRequest, stage: Stage) {
  if (before.integrity !== fetched.tarball.integrity || before.source !== request.source.text) return false
  if (request.runsScripts && !before.scripts_ran) return false
  return (await differencesOf(stage.dataDir, fetched.name, before)).length === 0
}

export interface AgreedPlugin extends FetchedPlugin {
  readonly inspection: Inspection
  readonly tarballFile: string
  readonly runsScripts: boolean
}

/** Runs the scripts that were agreed to, locks the plugin, and puts the stage in force. @throws CodexError `plugin.failed` */
export async function commitPlugin(
  { inspection, source, tarball, tarballFile, name, version, runsScripts }: AgreedPlugin,
  stage: Stage,
  host: PluginHost,
  signal: AbortSignal,
): Promise<void> {
  const { dataDir } = stage
  const withScripts = [
    ...(inspection.contributes.install_scripts.length > 0 ? [name] : []),
    ...inspection.contributes.dependencies.filter((each) => each.has_install_scripts).map((each) => each.name),
  ]
  const scriptsRan = runsScripts && withScripts.length > 0
  if (scriptsRan) await runInstallScripts(withScripts, dataDir, host.programs, signal)
  const lockfile = await readPluginLockfile(dataDir)
  await writeLockfile(dataDir, {
    ...lockfile,
    plugins: {
      ...lockfile.plugins,
      [name]: {
        type: 'installed',
        source: source.text,
        version,
        ...(tarball.resolved !== undefined && { resolved: tarball.resolved }),
        integrity: tarball.integrity,
        tarball: tarballFile,
        scripts_ran: scriptsRan,
        agreed: inspection.contributes,
      },
    },
  })
  signal.throwIfAborted()
  await stage.commit()
}

/** What an installed or available plugin brings, for looking only: everything is thrown away. @throws as `installPlugin` */
export async function inspectSource(
  source: PluginSource,
  host: PluginHost,
  signal: AbortSignal,
): Promise<{ readonly inspection: Inspection; readonly integrity: string; readonly clashes: readonly string[] }> {
  return await withStage(host.places, async (stage) => {
    const fetched = await fetchPlugin(source, stage, host, signal)
    const { inspection } = await layOutPlugin(fetched, stage, host, signal)
    return { inspection, integrity: fetched.tarball.integrity, clashes: await clashesOf(inspection, host) }
  })
}
