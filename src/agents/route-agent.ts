import type { AgentCandidate, AgentDefinition, Definition, Router, RouterContext } from '../plugin-api/index.ts'

export interface RouteSettings {
  /** `agents.activation_threshold`; an agent's own threshold comes before it. */
  readonly threshold: number
  /** How many agents to suggest when none activates; 0 for none. */
  readonly suggestions: number
}

/** Two agents whose scores are nearer than this are told apart by chance: both are suggested and none is chosen. */
const nearTie = 0.05

export interface Route {
  /** Absent: no agent reaches its threshold, or two do that are too near to each other. */
  readonly chosen?: AgentCandidate
  /** Two agents reach their thresholds and are too near to each other. */
  readonly isNearTie: boolean
  /** All that scored, best first. */
  readonly candidates: readonly AgentCandidate[]
  /** The best of those that scored, best first; empty where one was chosen. */
  readonly suggestions: readonly AgentCandidate[]
}

/**
 * Chooses the agent of a prompt by the router's scores; two that are nearly equal are suggested, not guessed between. Agents without an activation table, and those of a repository
 * that is not trusted, never activate by themselves.
 */
export async function routeAgent(
  prompt: string,
  context: RouterContext,
  settings: RouteSettings,
  deps: { readonly router: Router; readonly agents: readonly Definition<AgentDefinition>[] },
): Promise<Route> {
  const candidates = await scoreAgents(prompt, context, deps)
  const thresholdOf = (id: string) =>
    deps.agents.find((agent) => agent.id === id)?.value.activation?.threshold ?? settings.threshold
  const [best, next] = candidates.filter((candidate) => candidate.score >= thresholdOf(candidate.agent))
  const isNearTie = best !== undefined && next !== undefined && best.score - next.score < nearTie - Number.EPSILON
  if (best && !isNearTie) return { chosen: best, isNearTie, candidates, suggestions: [] }
  return { isNearTie, candidates, suggestions: candidates.slice(0, settings.suggestions) }
}

/**
 * All agents that may activate by themselves and scored above 0, best first; equal scores by id. What a router says of an
 * agent that it was not asked about counts for nothing: a repository's that is not trusted must not activate that way.
 */
export async function scoreAgents(
  prompt: string,
  context: RouterContext,
  deps: { readonly router: Router; readonly agents: readonly Definition<AgentDefinition>[] },
): Promise<readonly AgentCandidate[]> {
  const able = deps.agents.filter((agent) => agent.value.activation && agent.origin.trusted)
  const candidates = await deps.router.score(
    prompt,
    context,
    able.map((agent) => agent.value),
  )
  const ids = new Set(able.map(({ id }) => id))
  return candidates
    .filter(({ agent, score }) => ids.has(agent) && score > 0)
    .toSorted((a, b) => b.score - a.score || a.agent.localeCompare(b.agent))
}
