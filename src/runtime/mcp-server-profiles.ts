import { isDeepStrictEqual } from 'node:util'
import { ownValue } from '../config/table.ts'
import type { ServiceConfinement } from '../plugin-api/index.ts'
import { intersectAll } from '../security/permissions/intersect.ts'
import { userConfig } from './config-of-layers.ts'
import { openDefinitionStore } from './definition-store.ts'
import { type Kernel, loadKernel } from './load-kernel.ts'
import { namedProfile, type SecurityDeps, threadProfile } from './open-thread-security.ts'
import { orchestrationLayer } from './orchestration-layer.ts'
import type { RuntimeOptions } from './runtime-options.ts'
import { serviceCeiling } from './service-ceiling.ts'

/** What the program of a server would run under; a text where that cannot be said. */
export type ServerProfile = Pick<ServiceConfinement, 'profile' | 'isUnheld' | 'summary'> | string

/** What each MCP server that is a program would run under in a thread of the default agent, by name. @throws CodexError `config.*`, `home.missing` */
export async function mcpServerProfiles(options: RuntimeOptions): Promise<ReadonlyMap<string, ServerProfile>> {
  const kernel = await loadKernel(options)
  return await serverProfiles({ kernel, store: openDefinitionStore(kernel) })
}

/** The same for a kernel that is there. */
export async function serverProfiles(
  deps: Pick<SecurityDeps, 'kernel' | 'store'>,
): Promise<ReadonlyMap<string, ServerProfile>> {
  const { kernel } = deps
  const programs = Object.entries(kernel.loaded.config.mcp_servers ?? {}).filter(([, table]) => table.command)
  if (programs.length === 0) return new Map()
  const describe = async (name: string): Promise<ServerProfile> => {
    try {
      return await profileOf(name, deps)
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  return new Map(await Promise.all(programs.map(async ([name]) => [name, await describe(name)] as const)))
}

async function profileOf(name: string, deps: Pick<SecurityDeps, 'kernel' | 'store'>): Promise<ServiceConfinement> {
  const { kernel } = deps
  const { id, layers, settings } = await threadProfile(undefined, deps)
  const all = [...layers, ...orchestrationLayer(kernel.loaded.layers)]
  const thread = { profile: id, permissions: intersectAll(all.map(({ permissions }) => permissions)), settings }
  const { confinement } = await serviceCeiling(holdOf(name, kernel), thread, {
    places: kernel.places,
    profileNamed: (named) => namedProfile(named, deps),
  })
  return confinement
}

function holdOf(name: string, { loaded }: Kernel) {
  const table = ownValue(loaded.config.mcp_servers, name)
  const { profile, writable = [], network = [] } = table ?? {}
  const isUsers = isDeepStrictEqual(table, ownValue(userConfig(loaded.layers).mcp_servers, name))
  return { isUsers, writable, network, ...(profile !== undefined && { profile }) }
}
