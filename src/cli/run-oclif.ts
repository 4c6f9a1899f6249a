import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Config } from '@oclif/core'
import { codexHome } from '../config/codex-home.ts'
import { resolvePluginApi } from '../kernel/resolve-plugin-api.ts'
import { type KernelHandover, type KernelSettings, kernelKey } from '../plugin-api/base-command.ts'
import { openRuntime, type Runtime } from '../runtime/open-runtime.ts'
import { addAutocomplete, writeCompletionFunctions } from './autocomplete-plugin.ts'
import { commandPlugins } from './command-plugins.ts'
import { findCommand, leadingWords } from './find-command.ts'
import { oclifUsageError } from './oclif-usage-error.ts'
import { pluginsTurnedOff } from './plugins-turned-off.ts'
import { type ProcessDeps, processSignal, runtimeOptions, writeErr } from './process-deps.ts'
import { showHelp } from './show-help.ts'
import type { ParsedOptions } from './thread-options.ts'
import { unknownOf } from './unknown-command-line.ts'
import { writeDiagnostics } from './write-diagnostics.ts'

/**
 * Runs one of oclif's commands: ours, or one of an installed plugin.
 *
 * @throws CodexError `usage.*`; what the command throws
 */
export async function runOclif(deps: ProcessDeps): Promise<void> {
  const { signal, dispose } = processSignal()
  const opened: Runtime[] = []
  const handover: KernelHandover = {
    signal,
    async open(settings) {
      const mode = { originator: 'codex_cli', neverAsk: true }
      const { 'lenient-config': lenientConfig = false, ...given } = settings
      const options = runtimeOptions(deps, parsedOptions(given), mode)
      const kernel = await openRuntime({ ...options, settings: { ...options.settings, lenientConfig } }, signal)
      opened.push(kernel)
      return kernel
    },
  }
  // A plugin's commands are imported by oclif, not by the kernel.
  resolvePluginApi(pathToFileURL(join(deps.packageRoot, 'dist', 'plugin-api.js')).href)
  const words = leadingWords(deps.argv)
  const wantsHelp =
    deps.argv.length === 0 || deps.argv.includes('--help') || deps.argv.includes('-h') || words[0] === 'help'
  const plugins = await commandPlugins(
    deps.packageRoot,
    pluginHome(wantsHelp),
    (home) => pluginsTurnedOff(home, deps.argv),
    writeErr,
  )
  const isAutocomplete = words[0] === 'autocomplete'
  if (isAutocomplete) await addAutocomplete(plugins, codexHome(process.env, process.env.HOME || homedir()))
  // oclif makes a new configuration out of the options for the command that it runs.
  const config = await Config.load(
    Object.assign({ root: deps.packageRoot, version: deps.version, plugins }, { [kernelKey]: handover }),
  )
  const found = wantsHelp ? undefined : findCommand(deps.argv, config)
  try {
    if (wantsHelp) return await showHelp(words[0] === 'help' ? words.slice(1) : words, config, handover)
    if (!found && words.length === 1 && config.findTopic(words[0] ?? '')) return await showHelp(words, config, handover)
    if (!found) throw unknownOf(words, config)
    await config.runCommand(found.id, [...found.argv])
    if (isAutocomplete) await writeCompletionFunctions(config.cacheDir)
    for (const kernel of opened) await writeDiagnostics(found.id, kernel)
  } catch (error) {
    throw oclifUsageError(error, found && config.findCommand(found.id))
  } finally {
    for (const kernel of opened) await kernel.close()
    dispose()
  }
}

/** CODEX_HOME; where it is missing, help is given all the same, without the commands of plugins. @throws CodexError `home.missing` */
function pluginHome(isHelp: boolean): string | undefined {
  try {
    return codexHome(process.env, process.env.HOME || homedir())
  } catch (error) {
    if (isHelp) return undefined
    throw error
  }
}

/** The settings as parsed options: what was not given is no key. */
function parsedOptions(settings: KernelSettings): ParsedOptions {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== false))
}
