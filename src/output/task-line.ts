import type { ThreadItem } from '../plugin-api/index.ts'

/** How a task of a run stands, in a line: `review: Review the code, by code-reviewer: done`. */
export function taskLine({
  task_id,
  title,
  agent,
  state,
  attempt,
  reason,
}: Omit<Extract<ThreadItem, { type: 'task' }>, 'id' | 'type'>): string {
  const who = agent === null ? '' : `, by ${agent}`
  const again = attempt > 1 ? ` (attempt ${attempt})` : ''
  return `${task_id}: ${title}${who}: ${state}${again}${reason === undefined ? '' : `, ${reason}`}`
}
