import { realpath } from 'node:fs/promises'
import type { ConfigLayer } from './config-layer.ts'
import { isTable, valueAt } from './table.ts'

export type TrustLevel = 'trusted' | 'untrusted'

/**
 * Whether the user trusts a workspace root (a real path). The highest layer that names it decides; in one layer, `untrusted` wins. Only `user`, `kernel`,
 * `override` and `flag` layers are asked. Paths compare by real path.
 */
export async function trustOf(root: string, layers: readonly ConfigLayer[]): Promise<TrustLevel> {
  for (const layer of askedLayers(layers).toReversed()) {
    const levels = await levelsFor(root, layer.table.projects)
    if (levels.includes('untrusted')) return 'untrusted'
    if (levels.includes('trusted')) return 'trusted'
  }
  return 'untrusted'
}

/** Real paths of all workspace roots that a layer calls trusted; those that are not there are left out. */
export async function trustedRoots(layers: readonly ConfigLayer[]): Promise<readonly string[]> {
  const keys = askedLayers(layers).flatMap(({ table: { projects } }) =>
    Object.keys(isTable(projects) ? projects : {}).filter(
      (key) => valueAt(projects, [key, 'trust_level']) === 'trusted',
    ),
  )
  const roots = await Promise.all([...new Set(keys)].map((key) => realpath(key).catch(() => [])))
  return [...new Set(roots.flat())]
}

function askedLayers(layers: readonly ConfigLayer[]): readonly ConfigLayer[] {
  return layers.filter(({ name }) => ['user', 'kernel', 'override', 'flag'].includes(name))
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
