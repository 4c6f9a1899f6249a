import type { Location } from '../plugin-api/errors.ts'
import type { ConfigLayer } from './config-layer.ts'
import { valueAt } from './table.ts'

/** Where the highest of `layers` that has the key says it; undefined where none has it, or that one is no file. */
export function placeOfKey(path: readonly string[], layers: readonly ConfigLayer[]): Location | undefined {
  const source = layers.findLast(({ table }) => valueAt(table, path) !== undefined)?.source
  return source && { file: source.file, field: path.join('.'), ...source.locate(path) }
}
