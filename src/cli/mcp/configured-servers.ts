import { loadConfig } from '../../config/load-config.ts'
import type { ConfigInputs } from '../config-inputs.ts'
import type { ServerTable } from './describe-server.ts'

/** The servers of all layers, by name in order. @throws CodexError `config.*` */
export async function configuredServers({
  options,
}: ConfigInputs): Promise<readonly (readonly [string, ServerTable])[]> {
  const { config } = await loadConfig(options)
  return Object.entries(config.mcp_servers ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
