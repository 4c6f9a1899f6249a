import { type ConfigLayer, mergeLayers } from '../config/config-layer.ts'
import type { ConfigFile } from '../config/schema.ts'

/** What the user's layers say together: all but the repository's. */
export function userConfig(layers: readonly ConfigLayer[]): ConfigFile {
  return mergeLayers(layers.filter(({ name }) => name !== 'project')) // each layer was checked when it was read
}

/** What the repository's layers say together; empty where it has none or is not trusted. */
export function repositoryConfig(layers: readonly ConfigLayer[]): ConfigFile {
  return mergeLayers(layers.filter(({ name }) => name === 'project'))
}
