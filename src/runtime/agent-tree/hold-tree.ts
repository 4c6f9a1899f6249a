import type { TreeRoot } from '../../agents/tree/agent-tree.ts'
import type { AgentPath } from '../../plugin-api/agent-tree.ts'
import type { Kernel } from '../load-kernel.ts'
import type { RunTree, RunTreeDeps } from './run-tree.ts'

/** The agents of a run: few runs have any, and load what runs them. */
export interface TreeHolder {
  /** Undefined as long as none was begun. */
  readonly opened: RunTree | undefined
  open(): Promise<RunTree>
  /** Agents whose turns are those of playbooks: they read no messages. */
  readonly deaf: Set<AgentPath>
}

/** @param root the thread that a person started, or a run of tasks */
export function holdTree(
  root: TreeRoot,
  kernel: Kernel,
  signal: AbortSignal,
  talk: RunTreeDeps['talk'] = 'all',
): TreeHolder {
  const deaf = new Set<AgentPath>()
  let opened: RunTree | undefined
  let opening: Promise<RunTree> | undefined
  return {
    deaf,
    get opened() {
      return opened
    },
    open() {
      opening ??= import('./open-run-tree.ts').then(({ openRunTree }) => {
        opened = openRunTree(root, { talk, deaf }, kernel, signal)
        return opened
      })
      return opening
    },
  }
}
