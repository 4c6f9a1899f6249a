import type { Config } from '../config/schema.ts'
import { ownValue } from '../config/table.ts'
import type { Registry } from '../kernel/registry.ts'

type Tables = NonNullable<Config['model_providers']>

/**
 * The configuration with what plugins say of their providers beneath the tables of the same id, so that a key is all
 * that such a provider needs. A table of another id that names such a provider (`provider = "ID"`) is without that key's
 * variable: what goes to another place is said there.
 */
export function withProviderDefaults(config: Config, registry: Registry): Config {
  const entries = registry
    .modules('providers')
    .flatMap(({ id, entry }) => (entry.settings ? [[id, entry.settings] as const] : []))
  if (entries.length === 0) return config
  const defaults = new Map(entries)
  const tables: Tables = config.model_providers ?? {}
  const own = entries.map(([id, settings]) => [id, { ...settings, ...ownValue(tables, id) }] as const)
  const others = Object.entries(tables).flatMap(([id, table]) => {
    const { env_key: _, env_key_instructions: __, ...settings } = defaults.get(table.provider ?? '') ?? {}
    return defaults.has(id) ? [] : [[id, { ...settings, ...table }] as const]
  })
  return { ...config, model_providers: Object.fromEntries([...own, ...others]) }
}
