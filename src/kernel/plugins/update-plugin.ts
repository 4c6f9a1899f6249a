import { CodexError } from '../../plugin-api/errors.ts'
import { type Ask, goneAsks, newAsks } from './contribution-list.ts'
import { commitPlugin } from './install-plugin.ts'
import { kindOfPath, type PluginHost, readRecord } from './plugin-host.ts'
import { lockedPlugin, readPluginLockfile } from './plugin-lockfile.ts'
import { parsePluginSource } from './plugin-source.ts'
import { withStage } from './stage.ts'
import { clashesOf, fetchPlugin, layOutPlugin } from './stage-plugin.ts'

export interface Updated {
  readonly name: string
  /** `newest`: nothing newer; `available`: only looked; `linked` and `unlocked` ones are not updated. */
  readonly outcome: 'updated' | 'newest' | 'available' | 'linked' | 'unlocked'
  readonly from: string
  readonly to: string
  /** What the new one asks for beyond what was agreed. */
  readonly asks: readonly Ask[]
  /** What it no longer brings. */
  readonly gone: readonly Ask[]
}

export interface UpdateRequest {
  readonly name: string
  /** Only say what there is. */
  readonly checksOnly: boolean
  readonly runsScripts: boolean
}

/**
 * Brings a plugin to the newest that its source gives. One that asks for more than was agreed goes through `host.agree`;
 * one that asks for no more does not.
 * @throws CodexError `plugin.*`; what `host.agree` throws; the abort reason
 */
export async function updatePlugin(request: UpdateRequest, host: PluginHost, signal: AbortSignal): Promise<Updated> {
  const { name } = request
  return await withStage(host.places, async (stage): Promise<Updated> => {
    const recorded = (await readRecord(host, stage.dataDir)).find((each) => each.name === name)
    if (!recorded) throw notInstalled(name)
    const before = lockedPlugin(await readPluginLockfile(stage.dataDir), name)
    const same = { name, from: before?.version ?? '', to: before?.version ?? '', asks: [], gone: [] }
    if (recorded.type === 'link') return { ...same, outcome: 'linked' }
    if (!before) return { ...same, outcome: 'unlocked' }
    const source = await parsePluginSource(before.source, { cwd: host.places.codexHome, kindOf: kindOfPath })
    const fetched = await fetchPlugin(source, stage, host, signal)
    if (fetched.name !== name) {
      throw new CodexError('plugin.unsafe', `${source.text} now holds another package: ${fetched.name}`, {
        hint: `Nothing was changed. If that is wanted, install it, and uninstall ${name}.`,
      })
    }
    if (fetched.tarball.integrity === before.integrity) return { ...same, outcome: 'newest' }
    const laidOut = await layOutPlugin(fetched, stage, host, signal)
    const next = laidOut.inspection.contributes
    const changes = {
      name,
      from: before.version,
      to: fetched.version,
      asks: newAsks(before.agreed, next),
      gone: goneAsks(before.agreed, next),
    }
    if (request.checksOnly) return { ...changes, outcome: 'available' }
    if (before.scripts_ran && !request.runsScripts) {
      throw new CodexError(
        'plugin.held',
        `Plugin ${name} was installed with its install scripts; ${fetched.version} is held`,
        {
          hint: `Let them run again: codex plugins update ${name} --run-scripts`,
        },
      )
    }
    if (changes.asks.length > 0 || request.runsScripts) {
      await host.agree({
        what: 'update',
        inspection: laidOut.inspection,
        source: source.text,
        integrity: fetched.tarball.integrity,
        before,
        clashes: await clashesOf(laidOut.inspection, host),
        runsScripts: request.runsScripts,
      })
    }
    await commitPlugin({ ...laidOut, ...fetched, runsScripts: request.runsScripts }, stage, host, signal)
    return { ...changes, outcome: 'updated' }
  })
}

/** @param known names that are installed */
export function notInstalled(name: string, known: readonly string[] = []): CodexError {
  return new CodexError('plugin.not_installed', `No plugin ${JSON.stringify(name)} is installed`, {
    hint: known.length > 0 ? `Installed: ${known.join(', ')}` : 'codex plugins list shows what is installed.',
  })
}
