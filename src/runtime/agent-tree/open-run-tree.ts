import { createAgentSlots } from '../../agents/agent-slots.ts'
import { createAgentTree } from '../../agents/tree/agent-tree.ts'
import type { Config } from '../../config/schema.ts'
import { createRunTree, type RunTree } from './run-tree.ts'

/** Agents that may be open at the same time beside the calls that begin them, where the configuration says nothing: as many as in Codex. */
const defaultMaxOpen = 6

/** The agents of a run, none but its root yet, within the bounds of the configuration. */
export function openRunTree(
  root: { readonly threadId: string; readonly agent: string },
  {
    max_threads: maxOpen = defaultMaxOpen,
    max_parallel_agents: atOnce,
    job_max_runtime_seconds: seconds,
  }: Config['agents'],
  { now }: { now(): Date },
  signal: AbortSignal,
): RunTree {
  return createRunTree(
    {
      tree: createAgentTree(root, { maxOpen, now }),
      slots: createAgentSlots(atOnce),
      ...(seconds !== undefined && { maxTurnMs: seconds * 1000 }),
    },
    signal,
  )
}
