import type { ObservedEvent, SourceProblem } from '../plugin-api/index.ts'
import type { AuditLog } from '../security/audit/open-audit.ts'
import type { Kernel } from './load-kernel.ts'
import { toolSourceTable } from './tool-source-table.ts'

/** Who reads the stream of a thread besides the one who runs it. */
export interface ThreadObservers {
  see(observed: ObservedEvent): void
  /** What has gone wrong since it was last asked. */
  news(): readonly SourceProblem[]
  /** Ends them all, within their time; what goes wrong then is told on stderr. */
  close(signal: AbortSignal): Promise<void>
}

/** Opens the observers whose table the configuration has; undefined where it has none, which costs a look at the manifests. */
export async function observersOf(
  kernel: Kernel,
  audit: AuditLog,
  threadId: string,
  signal: AbortSignal,
): Promise<ThreadObservers | undefined> {
  const used = kernel.registry.modules('observers').filter((each) => toolSourceTable(each, kernel.loaded.config))
  if (used.length === 0) return undefined
  const { openObservers } = await import('./open-observers.ts')
  return await openObservers(used, { kernel, audit, threadId }, signal)
}
