import { realpath } from 'node:fs/promises'
import { CodexError } from '../../plugin-api/errors.ts'
import { type Inspection, inspectPlugin } from './inspect-plugin.ts'
import { type PluginHost, prepareRecord, readRecord } from './plugin-host.ts'
import { readPluginLockfile } from './plugin-lockfile.ts'
import { isPackageName } from './plugin-source.ts'
import { withStage } from './stage.ts'
import { clashesOf, refuseOwnName } from './stage-plugin.ts'
import { writeLockfile } from './verify-plugins.ts'

/**
 * Uses a plugin where it lies: what changes in the folder counts from the next start.
 * @throws CodexError `plugin.*`; what `host.agree` throws
 */
export async function linkPlugin(directory: string, host: PluginHost): Promise<Inspection> {
  const root = await realpath(directory).catch((cause: unknown) => {
    throw new CodexError('plugin.source', `${directory} does not exist`, {
      hint: 'Name the folder that holds the package.json of the plugin.',
      cause,
    })
  })
  const inspection = await inspectPlugin(root, new Map())
  const { name, version } = inspection
  if (!isPackageName(name)) {
    throw new CodexError('plugin.unsafe', `${root} holds a package that is called ${JSON.stringify(name)}`, {
      hint: 'npm takes lower-case letters, digits, ., _ and -.',
    })
  }
  await refuseOwnName(name, host)
  return await withStage(host.places, async ({ dataDir, commit }) => {
    const recorded = (await readRecord(host, dataDir)).find((each) => each.name === name)
    if (recorded?.type === 'user') {
      throw new CodexError('plugin.source', `Plugin ${name} is installed`, {
        hint: `Uninstall it before you link another: codex plugins uninstall ${name}`,
      })
    }
    const clashes = await clashesOf(inspection, host)
    await host.agree({ what: 'link', inspection, source: root, clashes, runsScripts: false })
    await prepareRecord(dataDir)
    const record = host.record(dataDir)
    if (recorded) await record.remove(name)
    await record.add({ type: 'link', name, root })
    const lockfile = await readPluginLockfile(dataDir)
    const locked = {
      type: 'linked',
      source: root,
      version,
      scripts_ran: false,
      agreed: inspection.contributes,
    } as const
    await writeLockfile(dataDir, { ...lockfile, plugins: { ...lockfile.plugins, [name]: locked } })
    await commit()
    return inspection
  })
}
