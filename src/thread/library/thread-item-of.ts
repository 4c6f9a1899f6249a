import type { ThreadItem } from '../../plugin-api/index.ts'
import { threadItemSchema } from '../../plugin-api/thread-item.ts'
import { shellJoin } from '../../tools/commands/shell-join.ts'
import { activityOf, agentCallOf } from './agent-items.ts'

type Payload = Readonly<Record<string, unknown>>

/** What an event line of a record shows: a person's prompt, an item, or nothing. */
export function threadItemOf(
  payload: Payload,
): ThreadItem | { readonly type: 'prompt'; readonly text: string } | undefined {
  if (payload.type === 'user_message') return { type: 'prompt', text: String(payload.message ?? '') }
  if (payload.type === 'agent_message') return { id: '', type: 'agent_message', text: String(payload.message ?? '') }
  if (payload.type === 'call_failed') {
    const failed = { arguments: null, summary: String(payload.message ?? ''), status: 'failed' } as const
    return { id: '', type: 'tool_call', tool: String(payload.tool ?? ''), ...failed }
  }
  if (payload.type !== 'item_completed' || typeof payload.item !== 'object' || payload.item === null) return undefined
  const item = payload.item as Payload // an object; its fields are checked where they are used
  const id = String(item.id ?? '')
  switch (item.type) {
    case 'UserMessage':
      return item.way === 'steer'
        ? { id, type: 'user_message', text: textOf(item.content), way: 'steer' }
        : { type: 'prompt', text: textOf(item.content) }
    case 'AgentMessage':
      return { id, type: 'agent_message', text: typeof item.text === 'string' ? item.text : textOf(item.content) }
    case 'Reasoning': {
      if (typeof item.text === 'string') return { id, type: 'reasoning', text: item.text }
      const text = Array.isArray(item.summary_text) ? item.summary_text.join('\n\n') : ''
      return text === '' ? undefined : { id, type: 'reasoning', text }
    }
    case 'CommandExecution':
      return {
        id,
        type: 'command_execution',
        command: Array.isArray(item.command) ? shellJoin(item.command.map(String)) : String(item.command ?? ''),
        aggregated_output: String(item.aggregated_output ?? ''),
        exit_code: typeof item.exit_code === 'number' ? item.exit_code : null,
        status: statusOf(item.status),
      }
    case 'FileChange':
      return { id, type: 'file_change', changes: changesOf(item.changes), status: statusOf(item.status) }
    case 'CollabAgentToolCall':
      return agentCallOf(item, id)
    case 'SubAgentActivity':
      return activityOf(item, id)
    default: {
      if (typeof item.type !== 'string') return undefined
      const type = item.type.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase()
      const own = threadItemSchema.safeParse({ ...item, id, type })
      if (own.success) return own.data
      // That of Codex says no more.
      if (item.type === 'ContextCompaction') return { id, type: 'notice', message: 'The history was summarised' }
      return { id, type: 'notice', message: `An item of a kind that this version cannot show: ${item.type}` }
    }
  }
}

function statusOf(status: unknown): 'in_progress' | 'completed' | 'failed' {
  return status === 'completed' || status === 'in_progress' ? status : 'failed'
}

/** The text of content parts, whatever they are called. */
function textOf(content: unknown): string {
  if (!Array.isArray(content)) return ''
  return content
    .flatMap((part: { readonly text?: unknown } | null) => (typeof part?.text === 'string' ? [part.text] : []))
    .join('\n')
}

/** A list as we write it, or a map from path to change as Codex does. */
function changesOf(changes: unknown): Extract<ThreadItem, { type: 'file_change' }>['changes'] {
  if (typeof changes !== 'object' || changes === null) return []
  const entries = Array.isArray(changes)
    ? changes.map((each: { path?: unknown; kind?: unknown } | null) => [each?.path, each?.kind])
    : Object.entries(changes).map(([path, change]: [string, { type?: unknown } | null]) => [path, change?.type])
  return entries.map(([path, kind]) => ({
    path: String(path),
    kind: kind === 'add' || kind === 'delete' ? kind : 'update',
  }))
}
