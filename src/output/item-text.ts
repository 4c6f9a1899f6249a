import { grouped } from '../plugin-api/grouped.ts'
import type { ModelName, ThreadItem } from '../plugin-api/index.ts'
import { terminalLine, terminalText } from '../plugin-api/terminal-text.ts'
import { agentActivityLine, agentCallLine, teamMessageLine } from './agent-lines.ts'
import { approvalLine, reviewLine } from './approval-lines.ts'
import { argumentsText } from './arguments-text.ts'
import type { Colours } from './colours.ts'
import { commandText } from './command-text.ts'
import type { ItemStyle } from './item-style.ts'
import { patchedFiles, patchText } from './patch-text.ts'
import { taskLine } from './task-line.ts'

/** What is known of an item beside what it holds. */
export interface ItemFacts {
  /** How long it took, in milliseconds. */
  readonly durationMs?: number
  /** The patch that changed the files. */
  readonly patch?: string
}

/** A finished item for a person; undefined for what is shown elsewhere: messages, findings. */
export function itemText(item: ThreadItem, style: ItemStyle, facts: ItemFacts = {}): string | undefined {
  const { paint } = style
  switch (item.type) {
    case 'agent_message':
    case 'finding':
      return undefined // the last message, and what it does not name, are the result
    case 'reasoning':
      return paint.dim(terminalText(item.text))
    case 'command_execution':
      return commandText(item, facts.durationMs, style)
    case 'file_change':
      return fileChangeText(item, style, facts.patch)
    case 'todo_list':
      return item.items.map((step) => stepText(step, paint)).join('\n')
    case 'tool_call': {
      // Why it was denied is the item before it.
      const end = item.summary?.replace(/^denied: .*$/s, 'denied') || item.status
      return callText(
        item.tool,
        item.arguments,
        item.status === 'failed' ? paint.red(terminalLine(end)) : paint.dim(terminalLine(end)),
        paint,
      )
    }
    case 'mcp_tool_call': {
      const end = item.error ? `failed: ${item.error.message}` : item.status
      const shown = terminalText(end)
      return callText(
        `${item.server}.${item.tool}`,
        item.arguments,
        item.status === 'failed' ? paint.red(shown) : paint.dim(shown),
        paint,
      )
    }
    case 'collab_tool_call':
      return `${paint.cyan('agents')} ${terminalLine(agentCallLine(item))}`
    case 'agent_activity':
      return `${paint.cyan('agent')} ${terminalLine(agentActivityLine(item))}`
    case 'team_message':
      return `${paint.cyan('agents')} ${terminalLine(teamMessageLine(item))}`
    case 'web_search':
      return `${paint.cyan('search')} ${terminalText(item.query)}`
    case 'denial': {
      const where = item.file ? ` (${terminalText(item.file)}${item.line ? `:${item.line}` : ''})` : ''
      const hint = item.hint ? `\n${paint.yellow('hint:')} ${terminalText(item.hint)}` : ''
      const who = item.agent_path ? `${terminalText(item.agent_path.join(' > '))}: ` : ''
      return `${paint.red('denied')} ${who}${terminalText(item.reason)} [${terminalText(item.layer)}]${where}${hint}`
    }
    case 'approval':
      // A person has just typed it, and a review says it by itself.
      if (item.status === 'requested' || item.by === 'person' || item.by === 'agent') return undefined
      return paint.dim(terminalText(approvalLine(item)))
    case 'review': {
      const { status } = item
      const colour = status === 'approved' ? paint.green : status === 'in_progress' ? paint.dim : paint.red
      return `${colour('review')} ${terminalText(reviewLine(item))}`
    }
    case 'activation':
      return activationText(item, paint)
    case 'error':
      return `${paint.yellow('warning:')} ${terminalText(item.message)}`
    case 'context_compaction':
      return paint.dim(compactionLine(item))
    case 'model_switch': {
      const { from, to, reason } = item
      const why = terminalText(reason)
      return `${paint.yellow('switched')} from ${modelName(from)} to ${modelName(to)}: ${why}`
    }
    case 'budget_warning':
      return `${paint.yellow('warning:')} ${budgetText(item)}`
    case 'user_message':
      return `${paint.cyan('user')} ${terminalText(item.text)}`
    case 'task':
      return `${paint.cyan('task')} ${terminalLine(taskLine(item))}`
    case 'notice':
      return paint.dim(terminalText(item.message))
  }
}

function stepText({ text, completed }: { readonly text: string; readonly completed: boolean }, paint: Colours): string {
  const line = terminalText(text)
  return completed ? `${paint.green('[x]')} ${paint.dim(line)}` : `[ ] ${line}`
}

function callText(name: string, given: unknown, end: string, paint: Colours): string {
  const words = argumentsText(given)
  return [paint.cyan(terminalLine(name)), ...(words === '' ? [] : [words]), end].join(' ')
}

function fileChangeText(
  { changes, status }: Extract<ThreadItem, { type: 'file_change' }>,
  style: ItemStyle,
  patch: string | undefined,
): string {
  const { paint } = style
  const failed = status === 'failed' ? [paint.red('The files could not be changed; all of them are as they were.')] : []
  const files = patch === undefined ? [] : patchedFiles(patch)
  const shown =
    files.length > 0
      ? patchText(files, style)
      : changes.map(({ kind, path }) => `${paint.cyan(kind)} ${terminalLine(path)}`).join('\n')
  return [shown, ...failed].join('\n')
}

/** How much of a history gave way; older records say no sizes. */
export function compactionLine({
  replaced_items: count,
  tokens_before: before,
  tokens_after: after,
}: Extract<ThreadItem, { type: 'context_compaction' }>): string {
  const sizes = before === undefined || after === undefined ? '' : `, about ${before} tokens are now ${after}`
  return `Compacted: ${count} items of the history gave way to a summary${sizes}.`
}

const modelName = ({ provider, model }: ModelName): string => terminalText(`${provider}/${model}`)

/** A budget that is nearly or wholly spent, in a sentence. */
export function budgetText({ scope, measure, used, limit }: Extract<ThreadItem, { type: 'budget_warning' }>): string {
  const amount = (value: number) => (measure === 'cost' ? `$${value.toFixed(4)}` : `${grouped(value)} tokens`)
  const state = used < limit ? 'nearly spent' : 'spent'
  return terminalText(`The budget of the ${scope} is ${state}: ${amount(used)} of ${amount(limit)}.`)
}

function activationText(item: Extract<ThreadItem, { type: 'activation' }>, paint: Colours): string {
  const reasons = item.reasons.length > 0 ? `: ${item.reasons.map(terminalText).join(', ')}` : ''
  const score = item.score === undefined ? '' : ` (score ${item.score.toFixed(2)}${reasons})`
  const suggestions = item.suggestions
    .map(({ agent, score: each }) => `${terminalLine(agent)} ${each.toFixed(2)}`)
    .join(', ')
  const offer = suggestions ? paint.dim(`  suggested: ${suggestions}; use one with codex agent ID "…"`) : ''
  return `agent ${paint.bold(terminalLine(item.agent))}${score}${offer}`
}
