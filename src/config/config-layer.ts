import type { Locate } from '../plugin-api/diagnostic.ts'
import { mergeTables, type Table } from './table.ts'

/** From lowest to highest. Several files may stand in the layer `project`, the nearest last. */
export const configLayerNames = [
  'default',
  'user',
  'kernel',
  'profile',
  'project',
  'environment',
  'override',
  'flag',
] as const
export type ConfigLayerName = (typeof configLayerNames)[number]

/** What one place says. */
export interface ConfigLayer {
  readonly name: ConfigLayerName
  readonly table: Table
  /** The file and its text; absent where the layer is no file. */
  readonly source?: { readonly file: string; readonly text: string; readonly locate: Locate }
}

/** All layers as one table, given from lowest to highest: tables are joined key by key, everything else is replaced. */
export function mergeLayers(layers: readonly ConfigLayer[]): Record<string, unknown> {
  return layers.reduce<Record<string, unknown>>((merged, layer) => mergeTables(merged, layer.table), {})
}
