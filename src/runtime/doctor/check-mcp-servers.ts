import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import { serverProfiles } from '../mcp-server-profiles.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** Under what the program of each MCP server runs; a warning for one that could not start. */
export async function checkMcpServers(deps: SecurityDeps): Promise<readonly DoctorCheck[]> {
  const servers = [...(await serverProfiles(deps))]
  if (servers.length === 0) return []
  const { backend } = await deps.backend()
  return servers.map(([server, held]): DoctorCheck => {
    const name = 'mcp server'
    if (typeof held === 'string') {
      return { name, status: 'warning', detail: `${server}: ${held}`, fix: `Mend [mcp_servers.${server}].` }
    }
    const detail = `${server} runs under ${held.summary}`
    if (backend === undefined && !held.isUnheld) {
      return {
        name,
        status: 'warning',
        detail: `${detail}, and no sandbox works here: it does not start`,
        fix: 'See sandbox.',
      }
    }
    return { name, status: 'ok', detail }
  })
}
