import type { AgentNode, AgentStatus, ThreadItemBody, ToolEvent } from 'codex-kernel/plugin-api'

type CallItem = Extract<ThreadItemBody, { type: 'collab_tool_call' }>

/** What a call shows of itself while it runs, and when it is over. */
export interface CallItems {
  begin(receivers: readonly string[]): ToolEvent
  end(agents: readonly Pick<AgentNode, 'threadId' | 'status'>[], failed?: boolean): ToolEvent
  /** It did nothing. */
  fail(): ToolEvent
}

/** @param prompt what an agent is told. Absent: nothing */
export function callItems(tool: CallItem['tool'], sender: string, prompt?: string): CallItems {
  let receivers: readonly string[] = []
  const item = (status: CallItem['status'], states: CallItem['agents_states'] = {}): ThreadItemBody => ({
    ...{ type: 'collab_tool_call', tool, sender_thread_id: sender, receiver_thread_ids: [...receivers] },
    ...{ prompt: prompt ?? null, agents_states: states, status },
  })
  return {
    begin(ids) {
      receivers = ids
      return { type: 'item', done: false, item: item('in_progress') }
    },
    end(agents, failed = false) {
      if (receivers.length === 0) receivers = agents.map(({ threadId }) => threadId)
      const states = Object.fromEntries(agents.map(({ threadId, status }) => [threadId, stateOf(status)]))
      return { type: 'item', done: true, item: item(failed ? 'failed' : 'completed', states) }
    },
    fail: () => ({ type: 'item', done: true, item: item('failed') }),
  }
}

function stateOf({ state, message }: AgentStatus): CallItem['agents_states'][string] {
  return { status: state, message: message ?? null }
}
