import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Config } from '@oclif/core'
import { codexHome } from '../config/codex-home.ts'
import { readFirstPartyPlugins } from '../kernel/discover-plugins.ts'
import { npmEnvironment, scriptEnvironment } from '../kernel/plugins/npm-environment.ts'
import type { PluginHost, PluginRecord } from '../kernel/plugins/plugin-host.ts'
import { pluginPlaces } from '../kernel/plugins/plugin-places.ts'
import type { ProgramRequest, ProgramResult } from '../kernel/plugins/run-npm.ts'
import { repairIfIdle } from '../kernel/plugins/stage.ts'
import { commandEnvironment } from '../sandbox/command-environment.ts'
import { createCommandSupplies } from '../sandbox/command-supplies.ts'
import { runCommand } from '../sandbox/run-command.ts'
import { type AgreeOptions, agreeToPlugin } from './agree-to-plugin.ts'

/** npm may take this long: a slow network, and many dependencies. */
const programTimeoutMs = 10 * 60_000
const maxOutputBytes = 1024 * 1024

/** As much of the class `Plugins` of `@oclif/plugin-plugins` 7 as is used. */
interface OclifPlugins extends PluginRecord {
  readonly npm: { findNpm(): Promise<string> }
}

interface OclifPluginsModule {
  readonly default: new (options: { config: Config; logLevel: 'silent' }) => OclifPlugins
}

/**
 * What changing plugins needs, from this process: the home, npm with an environment of its own, the list that oclif's
 * plugin manager keeps. Puts right what a killed process left. @throws CodexError `home.missing`
 */
export async function openPluginHost(config: Config, options: AgreeOptions, signal: AbortSignal): Promise<PluginHost> {
  const { env } = process
  const places = pluginPlaces(codexHome(env, env.HOME || homedir()))
  await repairIfIdle(places)
  const { default: Plugins } = await importOclifPlugins()
  const open = (dataDir: string) =>
    new Plugins({ config: Object.assign(Object.create(config), { dataDir }), logLevel: 'silent' })
  const npmFile = await open(places.dataDir).npm.findNpm()
  const core = commandEnvironment(env, { inherit: 'core' }, {})
  return {
    places,
    programs: {
      run,
      npm: [process.execPath, npmFile],
      env: await npmEnvironment(env, core),
      scriptEnv: scriptEnvironment(core),
    },
    record: open,
    ownCommands: new Set(
      config.commands.flatMap(({ id, pluginName }) => (pluginName === config.name ? [id.replaceAll(':', ' ')] : [])),
    ),
    builtins: () => readFirstPartyPlugins(config.root),
    agree: (proposal) => agreeToPlugin(proposal, options, signal),
  }
}

/** The index of the package exports its commands alone, so its class is imported by its file. */
async function importOclifPlugins(): Promise<OclifPluginsModule> {
  const index = createRequire(import.meta.url).resolve('@oclif/plugin-plugins')
  return await import(pathToFileURL(join(dirname(index), 'plugins.js')).href)
}

async function run({ argv, cwd, env }: ProgramRequest, signal: AbortSignal): Promise<ProgramResult> {
  const request = { argv, cwd, env, timeoutMs: programTimeoutMs, maxOutputBytes }
  const supplies = createCommandSupplies()
  try {
    for await (const event of runCommand(request, {}, supplies, signal)) {
      if (event.type === 'exit') return event
    }
  } finally {
    supplies.close()
  }
  throw new Error(`${argv[0]} ended without an exit`)
}
