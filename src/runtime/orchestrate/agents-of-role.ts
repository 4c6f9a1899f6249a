import { nearestNames } from '../../kernel/nearest-names.ts'
import type { AgentDefinition, Definition } from '../../plugin-api/index.ts'

/**
 * The agents that have a role, whatever the case and the signs between words (`CodeExpert` is `code-expert`): the one of that id first, then
 * those with the alias, in the order of `agents`. Empty: nobody has it.
 */
export function agentsOfRole(
  role: string,
  agents: readonly Definition<AgentDefinition>[],
): readonly Definition<AgentDefinition>[] {
  const wanted = plainName(role)
  const isNamed = ({ id }: Definition<AgentDefinition>) => plainName(id) === wanted
  const hasAlias = ({ value }: Definition<AgentDefinition>) =>
    value.agent.aliases.some((alias) => plainName(alias) === wanted)
  return [...agents.filter(isNamed), ...agents.filter((agent) => !isNamed(agent) && hasAlias(agent))]
}

/** Ids and aliases that a role may have meant, best first. */
export function nearestRoles(role: string, agents: readonly Definition<AgentDefinition>[]): readonly string[] {
  return nearestNames(
    role,
    agents.flatMap(({ id, value }) => [id, ...value.agent.aliases]),
  )
}

const plainName = (name: string): string => name.replaceAll(/[-_ ]/g, '').toLowerCase()
