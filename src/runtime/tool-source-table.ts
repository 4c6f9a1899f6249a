import type { ConfigFile } from '../config/schema.ts'
import { ownValue } from '../config/table.ts'
import type { ModuleContribution } from '../kernel/registry.ts'
import type { Kernel } from './load-kernel.ts'

/** The table of the configuration that a source or an observer reads; undefined where there is nothing in it, and so nothing to open. */
export function toolSourceTable(
  { entry, plugin }: ModuleContribution<'toolSources'> | ModuleContribution<'observers'>,
  config: ConfigFile,
): Readonly<Record<string, unknown>> | undefined {
  const table = entry.config === undefined ? ownValue(config.plugins, plugin.name) : config[entry.config]
  return table === undefined || Object.keys(table).length === 0 ? undefined : table
}

/** Whether the configuration names anything to open; nothing is loaded to tell. */
export function hasToolSources({ registry, loaded }: Kernel): boolean {
  return registry.modules('toolSources').some((each) => toolSourceTable(each, loaded.config) !== undefined)
}

/** Whether a name of a tool or prompt is of a source that the configuration has something for. */
export function isOfToolSource(name: string, { registry, loaded }: Kernel): boolean {
  return registry
    .modules('toolSources')
    .some((each) => name.startsWith(`${each.id}__`) && toolSourceTable(each, loaded.config) !== undefined)
}
