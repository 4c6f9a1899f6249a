import { join } from 'node:path'
import { missingPlugins } from '../kernel/plugins/missing-plugins.ts'
import { readUserPlugins } from '../kernel/read-user-plugins.ts'
import type { ConfigEntry, KernelClient } from '../plugin-api/kernel-client.ts'

/** A plugin that the configuration wishes for (`[plugins.NAME] install`) and that is not installed. */
export interface PluginWish {
  readonly name?: string
  readonly install: string
  /** Where a path in `install` starts. */
  readonly cwd: string
}

/** The wishes that are not met, by name. */
export async function missingWishes(
  kernel: Pick<KernelClient, 'config' | 'workspaceRoot' | 'codexHome'>,
): Promise<readonly PluginWish[]> {
  const wishes = settingsOf(await kernel.config(), 'install').map(([name, value]) => [name, { install: String(value) }])
  const present = await readUserPlugins(join(kernel.codexHome, 'oclif'))
  return missingPlugins(Object.fromEntries(wishes), present).map((wish) => ({ ...wish, cwd: kernel.workspaceRoot }))
}

/** Names of the plugins that the configuration turns off. */
export async function pluginsOff(kernel: Pick<KernelClient, 'config'>): Promise<ReadonlySet<string>> {
  const entries = settingsOf(await kernel.config(), 'enabled')
  return new Set(entries.flatMap(([name, value]) => (value === false ? [name] : [])))
}

/** The values of one key in the tables of plugins. A name that is no bare TOML key stands in quotes. */
function settingsOf(entries: readonly ConfigEntry[], key: string): readonly (readonly [string, unknown])[] {
  return entries.flatMap(({ key: path, value }) => {
    const [, quoted, bare] = /^plugins\.(?:("(?:[^"\\]|\\.)*")|([\w-]+))\.(?=[a-z]+$)/.exec(path) ?? []
    const name = quoted === undefined ? bare : String(JSON.parse(quoted)) // escapes are those of JSON
    return name !== undefined && path.endsWith(`.${key}`) ? [[name, value] as const] : []
  })
}
