import type { ThreadItem } from '../../plugin-api/index.ts'
import { agentActivityLine, agentCallLine, teamMessageLine } from '../agent-lines.ts'
import { approvalLine, reviewLine } from '../approval-lines.ts'
import { taskLine } from '../task-line.ts'

/** An item in words: what it is, one line, and a longer text. An empty label: not worth a place in a document. */
export interface PlainItem {
  readonly label: string
  readonly head: string
  readonly body: string
}

/** What a document says of an item. */
export function plainItem(item: ThreadItem): PlainItem {
  switch (item.type) {
    case 'agent_message':
      return { label: 'Answer', head: '', body: item.text }
    case 'reasoning':
      return { label: 'Thought', head: '', body: item.text }
    case 'command_execution':
      return {
        label: 'Command',
        head: `${item.command} (exit ${item.exit_code ?? 'unknown'})`,
        body: item.aggregated_output,
      }
    case 'file_change':
      return { label: 'Files', head: item.changes.map(({ kind, path }) => `${kind} ${path}`).join(', '), body: '' }
    case 'tool_call':
      return {
        label: 'Tool',
        head: `${item.tool} ${item.summary}${item.status === 'failed' ? ' (failed)' : ''}`,
        body: '',
      }
    case 'mcp_tool_call':
      return { label: 'Tool', head: `${item.server}.${item.tool} ${item.status}`, body: '' }
    case 'todo_list':
      return {
        label: 'Plan',
        head: '',
        body: item.items.map(({ text, completed }) => `[${completed ? 'x' : ' '}] ${text}`).join('\n'),
      }
    case 'collab_tool_call':
      return { label: 'Agents', head: agentCallLine(item), body: '' }
    case 'agent_activity':
      return { label: 'Agent', head: agentActivityLine(item), body: '' }
    case 'team_message':
      return { label: 'Agents', head: teamMessageLine(item), body: '' }
    case 'web_search':
      return { label: 'Search', head: item.query, body: '' }
    case 'denial':
      return { label: 'Denied', head: item.reason, body: '' }
    case 'approval':
      return { label: 'Question', head: approvalLine(item), body: '' }
    case 'review':
      return { label: 'Review', head: reviewLine(item), body: '' }
    case 'finding': {
      const { severity, file, range, message, rule } = item.finding
      return { label: 'Finding', head: `${severity} ${file}:${range.start.line} ${message} (${rule})`, body: '' }
    }
    case 'error':
      return { label: 'Warning', head: item.message, body: '' }
    case 'notice':
      return { label: 'Note', head: item.message, body: '' }
    case 'task':
      return { label: 'Task', head: taskLine(item), body: '' }
    case 'user_message':
      return { label: 'User', head: '', body: item.text }
    case 'context_compaction':
      return { label: 'Summary', head: `of ${item.replaced_items} items of the history`, body: item.summary }
    case 'model_switch':
      return {
        label: 'Model',
        head: `${item.from.provider}/${item.from.model} gave up: ${item.to.provider}/${item.to.model} goes on`,
        body: '',
      }
    default:
      return { label: '', head: '', body: '' }
  }
}
