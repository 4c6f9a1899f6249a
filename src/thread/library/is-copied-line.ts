import type { RolloutLine } from '../rollout-lines.ts'

/** True for a line that a fork took over: another thread did what it says. */
export function isCopiedLine(
  { type, timestamp }: RolloutLine,
  thread: { readonly forkedFrom?: string; readonly created: string },
): boolean {
  return thread.forkedFrom !== undefined && type !== 'session_meta' && timestamp !== '' && timestamp < thread.created
}
