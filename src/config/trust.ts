import { realpath } from 'node:fs/promises'
import type { ConfigLayer } from './config-layer.ts'
import { editConfig } from './edit-config.ts'
import { isTable, valueAt } from './table.ts'
import { parseToml, setTomlValue } from './toml.ts'

export type TrustLevel = 'trusted' | 'untrusted'

/**
 * Whether the user trusts a workspace root (a real path). The highest layer that names it decides; in one layer, `untrusted` wins. Only `user`, `kernel`,
 * `override` and `flag` layers are asked. Paths compare by real path.
 */
export async function trustOf(root: string, layers: readonly ConfigLayer[]): Promise<TrustLevel> {
  const askedLayers = layers.filter(({ name }) => ['user', 'kernel', 'override', 'flag'].includes(name))
  for (const layer of askedLayers.toReversed()) {
    const levels = await levelsFor(root, layer.table.projects)
    if (levels.includes('untrusted')) return 'untrusted'
    if (levels.includes('trusted')) return 'trusted'
  }
  return 'untrusted'
}

/**
 * Writes `[projects."PATH"] trust_level` into `$CODEX_HOME/kernel.toml` where that exists, else into config.toml; comments and order are kept.
 * The path is written as its real path. @throws CodexError `home.unwritable`, `config.unreadable`, `config.invalid`
 */
export async function setTrust(codexHome: string, path: string, level: TrustLevel): Promise<void> {
  const root = await realpath(path)
  await editConfig(codexHome, async (text, file) => {
    // Another spelling of the same directory would else go on deciding.
    const spellings = await spellingsOf(root, parseToml(text, file).value.projects)
    const keys = spellings.length > 0 ? spellings : [root]
    return keys.reduce((edited, key) => setTomlValue(edited, ['projects', key, 'trust_level'], level), text)
  })
}

async function levelsFor(root: string, projects: unknown): Promise<readonly unknown[]> {
  const keys = await spellingsOf(root, projects)
  return keys.map((key) => valueAt(projects, [key, 'trust_level']))
}

async function spellingsOf(root: string, projects: unknown): Promise<readonly string[]> {
  if (!isTable(projects)) return []
  const keys = Object.keys(projects)
  const realPaths = await Promise.all(keys.map((key) => realpath(key).catch(() => key)))
  return keys.filter((_, index) => realPaths[index] === root)
}
