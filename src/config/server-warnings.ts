import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { layerLabel } from './check-layer.ts'
import { type ConfigLayer, mergeLayers } from './config-layer.ts'
import { tomlKey } from './stringify-toml.ts'
import { isTable, valueAt } from './table.ts'

const warningCode = 'config.mcp_server'

/**
 * Warnings of tables of MCP servers that name a program and an address, of which the program counts, and of those that name
 * neither. Tables are joined over the layers, so that one layer alone says nothing of what is missing.
 *
 * @param layers from lowest to highest
 * @param found what is known of them: where a key of a table is unknown, it may be the one that is missing
 */
export function serverWarnings(layers: readonly ConfigLayer[], found: readonly Diagnostic[]): readonly Diagnostic[] {
  const said = layers.filter(({ table }) => isTable(table.mcp_servers))
  if (said.length === 0) return []
  const { mcp_servers: servers } = mergeLayers(said)
  return Object.entries(isTable(servers) ? servers : {}).flatMap(([name, table]): Diagnostic[] => {
    if (!isTable(table)) return []
    const path = ['mcp_servers', name]
    const [hasCommand, hasUrl] = [table.command !== undefined, table.url !== undefined]
    if (hasCommand && hasUrl) {
      const key = [...path, 'url']
      const what = `\`${tomlKey(key)}\` is ignored, since the server has a command besides`
      return [warning(said, key, what, 'A server is a program or an address: remove command or url.')]
    }
    const isKnown = found.some(({ field }) => field?.startsWith(`${tomlKey(path)}.`))
    if (hasCommand || hasUrl || isKnown) return []
    const what = `\`${tomlKey(path)}\` is no server: it has neither a command nor a url`
    return [warning(said, path, what, 'Add command, its program, or url, its address; or remove the table.')]
  })
}

/** True for such a warning: a file alone says nothing of it. */
export function isOfAllLayers({ code }: Diagnostic): boolean {
  return code === warningCode
}

/** With the place in the highest layer that says it. */
function warning(layers: readonly ConfigLayer[], path: readonly string[], what: string, hint: string): Diagnostic {
  const layer = layers.findLast(({ table }) => valueAt(table, path) !== undefined)
  return {
    severity: 'warning',
    code: warningCode,
    message: `${layer ? layerLabel(layer) : ''}${what}`,
    ...(layer?.source && { file: layer.source.file, ...layer.source.locate(path) }),
    field: tomlKey(path),
    hint,
  }
}
