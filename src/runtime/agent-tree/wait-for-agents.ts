import { isAtWork } from '../../agents/tree/agent-states.ts'
import type { AgentTree } from '../../agents/tree/agent-tree.ts'
import type { AgentNode, AgentPath, AgentsWaitedFor } from '../../plugin-api/agent-tree.ts'

/** Who waits, for whom, and how long. */
interface Wait {
  readonly path: AgentPath
  /** Absent: for its own children, and for what is said to it. */
  readonly targets: readonly string[] | undefined
  readonly timeoutMs: number
}

/** Waits until one of the targets works no more. @throws CodexError `agents.unknown_target`; the abort reason */
export async function waitForAgents(
  tree: AgentTree,
  { path, targets, timeoutMs }: Wait,
  signal: AbortSignal,
): Promise<AgentsWaitedFor> {
  const paths = (targets ?? []).map((target) => tree.find(path, target).path)
  const nodes = (): readonly AgentNode[] =>
    targets === undefined ? tree.below(path).filter(({ parentPath }) => parentPath === path) : paths.map(tree.at)
  const atWork = new Set(nodes().flatMap((node) => (isAtWork(node.status.state) ? node.path : [])))
  const ended = (node: AgentNode) => !isAtWork(node.status.state) && (targets !== undefined || atWork.has(node.path))
  const hasHappened = () => nodes().some(ended) || (targets === undefined && tree.hasMail(path))
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), timeoutMs)
  try {
    const ends = AbortSignal.any([signal, limit.signal])
    while (!hasHappened() && !limit.signal.aborted) {
      await tree.changed(ends).catch((error: unknown) => {
        if (signal.aborted) throw error // what is over otherwise is the time
      })
    }
  } finally {
    clearTimeout(timer)
  }
  return { nodes: nodes(), timedOut: !hasHappened() }
}
