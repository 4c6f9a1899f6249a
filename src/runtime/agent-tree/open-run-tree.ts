import { createAgentSlots } from '../../agents/agent-slots.ts'
import { createTeam } from '../../agents/team/team.ts'
import { rootPath } from '../../agents/tree/agent-path.ts'
import { createAgentTree, type TreeRoot } from '../../agents/tree/agent-tree.ts'
import type { Kernel } from '../load-kernel.ts'
import { createRunTree, type RunTree, type RunTreeDeps } from './run-tree.ts'
import { watchStops } from './watch-stops.ts'

/** Agents that may be open at the same time beside the calls that begin them, where the configuration says nothing: as many as in Codex. */
const defaultMaxOpen = 6
/** Messages between agents of a run, and from one to another, where the configuration says nothing. */
const defaultMessages = 1000
const defaultPairMessages = 200

/** The agents of a run, none but its root yet, within the bounds of the configuration. */
export function openRunTree(
  root: TreeRoot,
  { talk, deaf }: Pick<RunTreeDeps, 'talk' | 'deaf'>,
  { codexHome, loaded, options }: Pick<Kernel, 'codexHome' | 'loaded' | 'options'>,
  signal: AbortSignal,
): RunTree {
  const { max_threads: maxOpen = defaultMaxOpen, max_parallel_agents: atOnce } = loaded.config.agents
  const { job_max_runtime_seconds: seconds } = loaded.config.agents
  const tree = createAgentTree(root, { maxOpen, now: options.now })
  const slots = createAgentSlots(atOnce)
  const { max_messages: perRun = defaultMessages, max_messages_per_pair: perPair = defaultPairMessages } =
    loaded.config.agents
  const team = createTeam({ perRun, perPair }, () => performance.now())
  const run = createRunTree(
    { tree, team, slots, talk, deaf, ...(seconds !== undefined && { maxTurnMs: seconds * 1000 }) },
    signal,
  )
  const pathOf = (threadId: string) => tree.below(rootPath).find((node) => node.threadId === threadId)?.path
  const stops = watchStops(
    codexHome,
    (threadId) => pathOf(threadId) !== undefined,
    (threadId) => void run.stop(pathOf(threadId) ?? rootPath, 'interrupted'),
  )
  return { ...run, end: (why) => run.end(why).finally(() => stops.close()) }
}
