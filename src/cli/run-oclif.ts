import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Config, type Errors } from '@oclif/core'
import { codexHome } from '../config/codex-home.ts'
import { resolvePluginApi } from '../kernel/resolve-plugin-api.ts'
import { type KernelHandover, type KernelSettings, kernelKey } from '../plugin-api/base-command.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'
import { openRuntime } from '../runtime/open-runtime.ts'
import { addAutocomplete, writeCompletionFunctions } from './autocomplete-plugin.ts'
import { commandPlugins } from './command-plugins.ts'
import { pluginsTurnedOff } from './plugins-turned-off.ts'
import { type ProcessDeps, processSignal, runtimeOptions, writeErr } from './process-deps.ts'
import type { ParsedOptions } from './thread-options.ts'
import { unknownCommandLine } from './unknown-command-line.ts'
import { writeDiagnostics } from './write-diagnostics.ts'

/**
 * Runs one of oclif's commands: ours, or one of an installed plugin.
 *
 * @throws CodexError `usage.*`; what the command throws
 */
export async function runOclif(deps: ProcessDeps): Promise<void> {
  const { signal, dispose } = processSignal()
  const opened: KernelClient[] = []
  const handover: KernelHandover = {
    signal,
    async open(settings) {
      const mode = { originator: 'codex_cli', neverAsk: true }
      const kernel = await openRuntime(runtimeOptions(deps, parsedOptions(settings), mode), signal)
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
  try {
    if (wantsHelp) return await showHelp(words[0] === 'help' ? words.slice(1) : words, config)
    const found = findCommand(deps.argv, config)
    if (!found && words.length === 1 && config.findTopic(words[0] ?? '')) return await showHelp(words, config)
    if (!found) throw unknownOf(words, config)
    await config.runCommand(found.id, [...found.argv])
    if (isAutocomplete) await writeCompletionFunctions(config.cacheDir)
    for (const kernel of opened) await writeDiagnostics(found.id, kernel)
  } catch (error) {
    throw asUsageError(error)
  } finally {
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

/** The words before the first option. */
function leadingWords(argv: readonly string[]): readonly string[] {
  const end = argv.findIndex((word) => word.startsWith('-'))
  return end === -1 ? argv : argv.slice(0, end)
}

/** The longest run of first words that is a command. */
function findCommand(
  argv: readonly string[],
  config: Config,
): { readonly id: string; readonly argv: readonly string[] } | undefined {
  for (let count = leadingWords(argv).length; count > 0; count -= 1) {
    const id = argv.slice(0, count).join(':')
    if (config.findCommand(id)) return { id, argv: argv.slice(count) }
  }
  return undefined
}

async function showHelp(words: readonly string[], config: Config): Promise<void> {
  const { Help } = await import('@oclif/core')
  const found = findCommand(words, config)
  const topic = words[0] !== undefined && config.findTopic(words[0]) ? words[0] : undefined
  if (words.length > 0 && !found && !topic) throw unknownOf(words, config)
  await new Help(config, config.pjson.oclif.helpOptions).showHelp(found ? [found.id] : topic ? [topic] : [])
}

function unknownOf(words: readonly string[], config: Config): CodexError {
  return unknownCommandLine(
    words,
    config.commandIDs.map((id) => id.replaceAll(':', ' ')),
  )
}

/** Of oclif; a plugin may bring a copy of its own, whose classes are others. */
function isCliError(error: unknown): error is Errors.CLIError {
  return error instanceof Error && 'oclif' in error && typeof error.oclif === 'object'
}

/** What oclif says of flags and arguments, in our words and with our exit code. */
function asUsageError(error: unknown): unknown {
  if (!isCliError(error)) return error
  if (error.oclif.exit === 0) return new CodexError('usage.arguments', error.message)
  const message = error.message
    .replace(/\n(?:See more help|Note:).*$/s, '')
    .replace(/\s+/g, ' ')
    .trim()
  return new CodexError('usage.arguments', message, {
    hint: "For more information, try '--help'.",
    cause: error,
  })
}

/** The settings as parsed options: what was not given is no key. */
function parsedOptions(settings: KernelSettings): ParsedOptions {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== false))
}
