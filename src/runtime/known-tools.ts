import { ownValue } from '../config/table.ts'
import type { KnownNames } from '../definitions/lint-references.ts'
import { couldAllow } from '../security/permissions/could-allow.ts'
import { permissionsOfAgent } from '../security/permissions/permissions-of-agent.ts'
import type { Kernel } from './load-kernel.ts'
import { toolFacts } from './open-thread-security.ts'

/** The tools that files may name, what those take that the build has described, and which of them an agent's file allows it: nothing is loaded for it. */
export function knownTools(kernel: Kernel): Pick<KnownNames, 'tools' | 'toolInputs' | 'mayUse'> {
  const tools = kernel.registry.modules('tools')
  const inputs = tools.flatMap(({ id, plugin }) => {
    const spec = ownValue(plugin.toolSpecs, id)?.function
    return spec?.type === 'function' ? [[id, spec.parameters] as const] : []
  })
  const context = { tools: toolFacts(kernel), places: kernel.places }
  return {
    tools: tools.map(({ id }) => id),
    toolInputs: new Map(inputs),
    mayUse(agent, tool) {
      // Whether its repository is trusted is no matter of the file.
      const origin = { layer: 'user', file: '', trusted: true } as const
      const layers = permissionsOfAgent(
        { kind: 'agent', id: agent.agent.id, value: agent, origin, shadows: [] },
        context,
      )
      return layers.every(({ permissions }) => couldAllow(permissions.tools, tool))
    },
  }
}
