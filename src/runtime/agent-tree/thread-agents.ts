import { lazily } from '../../kernel/lazily.ts'
import type { AgentPath } from '../../plugin-api/agent-tree.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { ThreadEvent, ThreadRequest } from '../../plugin-api/index.ts'
import type { TurnDeps } from '../../thread/turn.ts'
import type { ThreadAgents } from '../../tools/index.ts'
import type { PlanDeps } from '../plan-turn.ts'
import type { ThreadDeps } from '../start-thread.ts'
import type { HandingTurn } from './agents-below.ts'
import type { TreeHolder } from './hold-tree.ts'

/** Runs one turn of a thread: `startThread`. */
export type StartThread = (request: ThreadRequest, deps: ThreadDeps, signal: AbortSignal) => AsyncGenerator<ThreadEvent>

/** What hands work on, loaded by the first call that does. */
export function handingOn(turn: Omit<HandingTurn, 'shared' | 'start'>, start: StartThread): PlanDeps['delegation'] {
  return (shared) => {
    const open = lazily(async () => {
      const { agentsBelow } = await import('./agents-below.ts')
      return agentsBelow({ ...turn, shared, start })
    })
    return {
      delegate: async (...asked) => await (await open()).run(...asked),
      agentsBelow: {
        path: turn.path,
        open: turn.deps.tape ? noneBeside() : open,
        isTeam: () => !turn.deps.tape && (turn.tree.opened?.hasTeam(turn.path) ?? false),
      },
    }
  }
}

/**
 * Under a recording no agent works beside the thread: a recording is one order of requests, and which of several agents asks next is not
 * the same each time. The person is told once.
 */
function noneBeside(): ThreadAgents['open'] {
  let isTold = false
  return async ({ refused }) => {
    const error = new CodexError('agents.recorded', 'No agent works beside a thread that is recorded or replayed', {
      hint: 'Hand the work on with delegate, which waits for its agent, or run without --record.',
    })
    if (!isTold) refused(`${error.message}: agents that ask at the same time have no order that a replay could keep`)
    isTold = true
    throw error
  }
}

/** Ends the agents that a thread began, where a person or a run of tasks started it: its own tree, or its part of the run's. */
export function endingAgents(path: AgentPath, tree: TreeHolder, isOwn: boolean): () => Promise<void> {
  return async () => {
    const { opened } = tree
    await (isOwn ? opened?.end() : opened?.endBelow(path))
  }
}

/** What other agents said to this one since it was last asked. */
export function hearing(path: AgentPath, tree: TreeHolder): NonNullable<TurnDeps['heard']> {
  return (how) => {
    const { opened } = tree
    return opened?.hear(path, how) ?? []
  }
}
