import { nearestNames } from '../kernel/nearest-names.ts'
import { type AgentDefinition, CodexError, type Definition } from '../plugin-api/index.ts'
import { originLayers } from '../plugin-api/origin.ts'

/**
 * The agent of an id or alias; an id wins over another's alias, and of two with one alias the one of the higher layer.
 *
 * @throws CodexError `usage.unknown_agent` with the nearest names
 */
export function findAgent(id: string, agents: readonly Definition<AgentDefinition>[]): Definition<AgentDefinition> {
  const byAlias = agents.filter((agent) => agent.value.agent.aliases.includes(id)).toSorted(byLayer)
  const found = agents.find((agent) => agent.id === id) ?? byAlias[0]
  if (found) return found
  const nearest = nearestNames(
    id,
    agents.flatMap((agent) => [agent.id, ...agent.value.agent.aliases]),
  )
  const offer = nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}? ` : ''
  throw new CodexError('usage.unknown_agent', `There is no agent "${id}"`, {
    hint: `${offer}List them: codex agents list`,
  })
}

/** Highest first. */
function byLayer(a: Definition<unknown>, b: Definition<unknown>): number {
  return originLayers.indexOf(b.origin.layer) - originLayers.indexOf(a.origin.layer)
}
