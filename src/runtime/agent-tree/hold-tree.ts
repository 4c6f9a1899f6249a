import { createRunMeter, timeIsOver } from '../../agents/team/run-limits.ts'
import type { TreeRoot } from '../../agents/tree/agent-tree.ts'
import type { AgentPath } from '../../plugin-api/agent-tree.ts'
import type { Kernel } from '../load-kernel.ts'
import type { RunTree, RunTreeDeps } from './run-tree.ts'

/** The agents of a run: few runs have any, and load what runs them. */
export interface TreeHolder {
  /** Undefined as long as none was begun. */
  readonly opened: RunTree | undefined
  open(): Promise<RunTree>
  /** Before a request to a model. @throws CodexError `budget.requests`, `budget.time` */
  mayAsk(): void
  /** Aborts when the time of a run with several agents is over. */
  readonly timeIsOver: AbortSignal
  /** Agents whose turns are those of playbooks: they read no messages. */
  readonly deaf: Set<AgentPath>
}

/** Model requests of all agents of a run, where the configuration says nothing. */
const defaultRequests = 2000

/** @param root the thread that a person started, or a run of tasks */
export function holdTree(
  root: TreeRoot,
  kernel: Kernel,
  signal: AbortSignal,
  talk: RunTreeDeps['talk'] = 'all',
): TreeHolder {
  const { max_run_requests: maxRequests = defaultRequests, max_run_seconds: seconds } = kernel.loaded.config.agents
  const maxMs = seconds === undefined ? undefined : seconds * 1000
  const meter = createRunMeter({ maxRequests, ...(maxMs !== undefined && { maxMs }) }, () => performance.now())
  const over = new AbortController()
  const deaf = new Set<AgentPath>()
  let opened: RunTree | undefined
  let opening: Promise<RunTree> | undefined
  /** What works when the time is over is stopped; what asks for more is told. */
  function watchTime(run: RunTree): void {
    const leftMs = meter.leftMs()
    if (leftMs === undefined || maxMs === undefined) return
    const stop = () => {
      over.abort(timeIsOver(maxMs))
      void run.end(timeIsOver(maxMs))
    }
    // Longer than a timer can be is no bound.
    if (leftMs < 2 ** 31) setTimeout(stop, leftMs).unref()
  }

  return {
    deaf,
    timeIsOver: over.signal,
    mayAsk: () => meter.mayAsk(opened !== undefined),
    get opened() {
      return opened
    },
    open() {
      opening ??= import('./open-run-tree.ts').then(({ openRunTree }) => {
        opened = openRunTree(root, { talk, deaf }, kernel, signal)
        watchTime(opened)
        return opened
      })
      return opening
    },
  }
}
