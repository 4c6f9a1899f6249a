import type { AgentDefinition } from './agent.ts'

/** What is known besides the prompt. */
export interface RouterContext {
  /** Paths named in the prompt or by its caller, relative to the workspace root. */
  readonly paths: readonly string[]
  /** Files changed against HEAD, relative to the workspace root; empty where there is no git. */
  readonly changedFiles: readonly string[]
  /** Programming languages of the repository, in lower case, as its manifests tell; absent or empty: not known. */
  readonly languages?: readonly string[]
}

/** An agent and how well it fits. */
export interface AgentCandidate {
  /** Its id. */
  readonly agent: string
  /** 0 to 1. */
  readonly score: number
  /** For people: `keyword "rust"`, `names src/auth.rs`. */
  readonly reasons: readonly string[]
}

/** Scores agents for a prompt. Only those with an activation table are handed in; the highest router layer answers alone. */
export interface Router {
  /** As the manifest says it. */
  readonly id: string
  /** Agents that are left out score 0. */
  score(
    prompt: string,
    context: RouterContext,
    agents: readonly AgentDefinition[],
  ): readonly AgentCandidate[] | Promise<readonly AgentCandidate[]>
}

/** Types a router. */
export function defineRouter(router: Router): Router {
  return router
}
