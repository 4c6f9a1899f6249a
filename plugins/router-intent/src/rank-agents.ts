import type { AgentCandidate } from 'codex-kernel/plugin-api'
import type { ScoredAgent } from './score-agent.ts'

/** From this score an agent whose own words are spoken of is meant more than those that take all requests of a kind. */
const leastOfSpecial = 0.6
/** What the others then count: enough that a certain kind of request comes after two keywords (0.78), by more than a near tie. */
const shareOfGeneral = 0.7

/** Candidates, best first: who knows the subject comes before who takes every request of the kind. */
export function rankAgents(scored: readonly ScoredAgent[]): readonly AgentCandidate[] {
  const special = scored.find(({ hasOwnWord, score }) => hasOwnWord && score >= leastOfSpecial)
  return scored
    .map(({ hasOwnWord, ...candidate }): AgentCandidate => {
      if (!special || hasOwnWord || candidate.score === 0) return candidate
      const score = Math.round(candidate.score * shareOfGeneral * 100) / 100
      return { ...candidate, score, reasons: [...candidate.reasons, `words of ${special.agent} are spoken of`] }
    })
    .toSorted((a, b) => b.score - a.score)
}
