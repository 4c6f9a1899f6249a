import type { AgentPath } from '../../plugin-api/agent-tree.ts'
import type { ThreadEvent, ThreadRequest } from '../../plugin-api/index.ts'
import type { TurnDeps } from '../../thread/turn.ts'
import { lazily } from '../lazily.ts'
import type { PlanDeps } from '../plan-turn.ts'
import type { ThreadDeps } from '../start-thread.ts'
import type { HandingTurn } from './agents-below.ts'
import type { TreeHolder } from './hold-tree.ts'

/** Runs one turn of a thread: `startThread`. */
export type StartThread = (request: ThreadRequest, deps: ThreadDeps, signal: AbortSignal) => AsyncGenerator<ThreadEvent>

/** What hands work on, loaded by the first call that does. Under a recording no agent runs beside the thread: replays go by order. */
export function handingOn(turn: Omit<HandingTurn, 'shared' | 'start'>, start: StartThread): PlanDeps['delegation'] {
  return (shared) => {
    const open = lazily(async () => {
      const { agentsBelow } = await import('./agents-below.ts')
      return agentsBelow({ ...turn, shared, start })
    })
    return {
      delegate: async (...asked) => await (await open()).run(...asked),
      ...(!turn.deps.tape && { agentsBelow: { path: turn.path, open } }),
    }
  }
}

/** What other agents said to this one since it was last asked. */
export function hearing(path: AgentPath, tree: TreeHolder): NonNullable<TurnDeps['heard']> {
  return (how) => {
    const { opened } = tree
    return opened?.tree.take(path, how).map(opened.itemOf) ?? []
  }
}
