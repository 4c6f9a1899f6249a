import type { AgentStatus } from '../../plugin-api/agent-tree.ts'
import type { RolloutLine } from '../../thread/rollout-lines.ts'
import type { KeptRecord, ThreadStore } from '../../thread/thread-store.ts'

/** How the last turn of a kept thread went; one whose program was gone before it ended was interrupted. @throws CodexError `rollout.unreadable` */
export function keptEnd(kept: KeptRecord, threads: ThreadStore): AgentStatus {
  let end: AgentStatus = { state: 'interrupted' }
  for (const { line } of threads.lines(kept, 0)) {
    if (line?.type !== 'event_msg') continue
    const { type } = line.payload
    if (type === 'task_complete') end = completeEnd(line.payload)
    else if (type === 'task_started' || type === 'turn_aborted') end = { state: 'interrupted' }
  }
  return end
}

function completeEnd({ error, last_agent_message: text }: RolloutLine['payload']): AgentStatus {
  if (typeof error === 'object' && error !== null) {
    return { state: 'errored', ...('message' in error && { message: String(error.message) }) }
  }
  return { state: 'completed', ...(typeof text === 'string' && { message: text }) }
}
