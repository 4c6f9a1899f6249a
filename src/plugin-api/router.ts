import type { AgentDefinition } from './agent.ts'

export interface RouterContext {
  /** Paths named in the prompt or by its caller, relative to the workspace root. */
  readonly paths: readonly string[]
  /** Files changed against HEAD, relative to the workspace root; empty where there is no git. */
  readonly changedFiles: readonly string[]
}

export interface AgentCandidate {
  readonly agent: string
  /** 0 to 1. */
  readonly score: number
  /** For people: `keyword "rust"`, `names src/auth.rs`. */
  readonly reasons: readonly string[]
}

/** Scores agents for a prompt. Only those with an activation table are handed in; the highest router layer answers alone. */
export interface Router {
  readonly id: string
  score(
    prompt: string,
    context: RouterContext,
    agents: readonly AgentDefinition[],
  ): readonly AgentCandidate[] | Promise<readonly AgentCandidate[]>
}

export function defineRouter(router: Router): Router {
  return router
}
