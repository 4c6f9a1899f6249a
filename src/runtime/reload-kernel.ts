import { join } from 'node:path'
import { loadConfig } from '../config/load-config.ts'
import { diagnosticOfError } from '../definitions/diagnostic-of-error.ts'
import { readUserPlugins, type UserPlugins } from '../kernel/read-user-plugins.ts'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import { configOptions } from './config-options.ts'
import { assembleKernel, type Kernel } from './load-kernel.ts'

/**
 * The kernel as its files say now. What broke since the last one (the configuration, the list of plugins, a plugin's
 * manifest) stays as it was last good, with a diagnostic that says so.
 *
 * @param moduleVersions new versions of plugins whose modules changed, by root: they are imported anew
 */
export async function reloadKernel(last: Kernel, moduleVersions: ReadonlyMap<string, string>): Promise<Kernel> {
  const dataDir = join(last.codexHome, 'oclif')
  const [config, installed] = await Promise.all([
    loadConfig(configOptions(last.options)).then(
      (loaded) => ({ loaded, problems: [] }),
      (error: unknown) => ({ loaded: last.loaded, problems: [brokenConfig(error, last)] }),
    ),
    readUserPlugins(dataDir),
  ])
  const kernel = await assembleKernel(last.options, {
    loaded: config.loaded,
    plugins: {
      firstParty: last.plugins.firstParty,
      installed: withLastGood(installed, last.plugins.installed, join(dataDir, 'package.json')),
    },
    activator: moduleVersions.size > 0 ? last.activator.renewed(moduleVersions) : last.activator,
    cache: last.cache,
    send: last.send,
    endpointMemory: last.endpointMemory,
    supplies: last.supplies,
  })
  return { ...kernel, diagnostics: [...config.problems, ...kernel.diagnostics] }
}

function brokenConfig(error: unknown, { codexHome }: Kernel): Diagnostic {
  const known = isCodexError(error) ? error : new CodexError('config.unreadable', String(error), { cause: error })
  const file = known.location?.file ?? join(codexHome, 'config.toml')
  return lastGood({ ...diagnosticOfError(known, file, known.code), ...known.location })
}

/** A plugin that can no longer be used stays as it was, and all do where the list itself is broken; one that is no longer listed goes. */
function withLastGood(now: UserPlugins, last: UserPlugins, listFile: string): UserPlugins {
  const broken = now.diagnostics.filter(({ file, severity }) => file === listFile && severity === 'error')
  const hasList = now.manifests.length > 0 || now.disabled.length > 0
  if (broken.length > 0 && !hasList && last.manifests.length > 0) {
    const others = last.diagnostics.filter(({ file }) => file !== listFile)
    return { ...last, diagnostics: [...broken.map(lastGood), ...others] }
  }
  const kept = now.disabled.flatMap((plugin) => {
    const manifest = last.manifests.find(({ name }) => name === plugin.name)
    return manifest === undefined ? [] : [{ plugin, manifest }]
  })
  return {
    manifests: [...now.manifests, ...kept.map(({ manifest }) => manifest)],
    disabled: now.disabled.filter((plugin) => !kept.some((each) => each.plugin === plugin)),
    diagnostics: [...now.diagnostics, ...kept.flatMap(({ plugin }) => plugin.diagnostics.map(lastGood))],
  }
}

function lastGood(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, severity: 'warning', lastGood: true }
}
