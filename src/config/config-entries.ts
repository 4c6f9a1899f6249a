import type { ConfigEntry } from '../plugin-api/kernel-client.ts'
import { type ConfigLayer, mergeLayers } from './config-layer.ts'
import { redactConfigValue } from './redact-config-value.ts'
import { tomlKey } from './stringify-toml.ts'
import { isTable, type Table, valueAt } from './table.ts'

/** Every effective value that is no table, with the layer that said it; sorted by key, secrets redacted. Layers from lowest to highest. */
export function configEntries(layers: readonly ConfigLayer[]): readonly ConfigEntry[] {
  return leafPaths(mergeLayers(layers), [])
    .map((path) => entryOf(path, layers))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

function entryOf(path: readonly string[], layers: readonly ConfigLayer[]): ConfigEntry {
  const layer = layers.findLast(({ table }) => valueAt(table, path) !== undefined)
  return {
    key: tomlKey(path),
    value: redactConfigValue(path, layer && valueAt(layer.table, path)),
    layer: layer?.name ?? 'default',
    ...(layer?.source ? { file: layer.source.file } : {}),
  }
}

function leafPaths(table: Table, path: readonly string[]): readonly (readonly string[])[] {
  return Object.entries(table).flatMap(([key, value]) => {
    const here = [...path, key]
    return isTable(value) ? leafPaths(value, here) : [here]
  })
}
