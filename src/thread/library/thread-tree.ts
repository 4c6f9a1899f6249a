import type { ThreadBranch, ThreadSummary } from '../../plugin-api/index.ts'

/** Threads with those that they handed work to below them, in the order in which they come; one whose parent is not among them stands alone. */
export function threadTree(
  threads: readonly ThreadSummary[],
  isRunning: (threadId: string) => boolean,
): readonly ThreadBranch[] {
  const ids = new Set(threads.map(({ id }) => id))
  const childrenOf = Map.groupBy(threads, ({ parent }) =>
    parent !== undefined && ids.has(parent) ? parent : undefined,
  )
  const branches = (parent: string | undefined): readonly ThreadBranch[] =>
    (childrenOf.get(parent) ?? []).map((thread) => ({
      thread,
      running: isRunning(thread.id),
      children: branches(thread.id),
    }))
  return branches(undefined)
}
