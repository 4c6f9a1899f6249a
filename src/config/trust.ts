import { realpath } from 'node:fs/promises'
import type { ConfigLayer } from './config-layer.ts'
import { isTable, valueAt } from './table.ts'

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

async function levelsFor(root: string, projects: unknown): Promise<readonly unknown[]> {
  const keys = await spellingsOf(root, projects)
  return keys.map((key) => valueAt(projects, [key, 'trust_level']))
}

/** The keys of `[projects]` that name a workspace root, a real path. */
export async function spellingsOf(root: string, projects: unknown): Promise<readonly string[]> {
  if (!isTable(projects)) return []
  const keys = Object.keys(projects)
  const realPaths = await Promise.all(keys.map((key) => realpath(key).catch(() => key)))
  return keys.filter((_, index) => realPaths[index] === root)
}
