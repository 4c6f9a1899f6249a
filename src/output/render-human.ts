import type { Finding, ModelName, Severity, ThreadEvent, ThreadItem, TurnContext } from '../plugin-api/index.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { type Colours, colours } from './colours.ts'

export interface HumanOptions {
  /** stdout: the result alone. */
  readonly out: (text: string) => void
  /** stderr: everything else. */
  readonly err: (text: string) => void
  readonly colour: { readonly out: boolean; readonly err: boolean }
  /** The banner of `codex exec`; absent for shorter runs. */
  readonly banner?: { readonly version: string }
  readonly prompt: string
}

const maxUnnamed = 20

/**
 * Shows a thread to a person: the transcript on stderr as it happens, the last agent message on stdout at the end.
 * Text of models, files and commands cannot drive the terminal.
 */
export async function* renderHuman(
  events: AsyncIterable<ThreadEvent>,
  options: HumanOptions,
): AsyncGenerator<ThreadEvent> {
  const paint = colours(options.colour.err)
  const outPaint = colours(options.colour.out)
  let threadId = ''
  const findings: Finding[] = []
  // The last message is the result, which is known at the end alone: each is held until something follows it.
  let held: string | undefined
  for await (const event of events) {
    if (event.type === 'thread.started') threadId = event.thread_id
    if (event.type === 'turn.context' && options.banner) {
      options.err(banner(options.banner.version, event.context, threadId, options.prompt))
    }
    if (event.type === 'item.completed' && event.item.type === 'finding') findings.push(event.item.finding)
    if (held !== undefined && followsMessage(event)) {
      options.err(`${terminalText(held)}\n`)
      held = undefined
    }
    if (event.type === 'item.completed' && event.item.type === 'agent_message') held = event.item.text
    const text = transcriptOf(event, paint)
    if (text) options.err(`${text}\n`)
    if (event.type === 'turn.completed') {
      const used = event.usage.input_tokens + event.usage.output_tokens
      if (used > 0) options.err(`${paint.dim('tokens used')}\n${used.toLocaleString('en-US')}\n`)
      const message = event.last_agent_message ?? ''
      if (message !== '') options.out(`${terminalText(message).replace(/\n$/, '')}\n`)
      for (const line of unnamedFindings(findings, message, outPaint)) options.out(`${line}\n`)
    }
    yield event
  }
}

/** True where a message before this event was not the last; plans are completed behind it. */
function followsMessage(event: ThreadEvent): boolean {
  if (event.type === 'item.completed') return event.item.type !== 'todo_list'
  return ['item.started', 'call.failed', 'error', 'turn.failed', 'turn.interrupted'].includes(event.type)
}

function banner(version: string, context: TurnContext, threadId: string, prompt: string): string {
  const rows = [
    `codex-kernel v${version}`,
    '--------',
    `workdir: ${context.cwd}`,
    `model: ${context.model}`,
    `provider: ${context.model_provider}`,
    `approval: ${context.approval_policy}`,
    `sandbox: ${context.security_profile}`,
    ...(context.agent ? [`agent: ${context.agent}`] : []),
    `session id: ${threadId}`,
    '--------',
    'user',
    prompt,
  ]
  return `${rows.map(terminalText).join('\n')}\n`
}

function transcriptOf(event: ThreadEvent, paint: Colours): string | undefined {
  switch (event.type) {
    case 'item.started':
      return event.item.type === 'command_execution'
        ? `${paint.cyan('$')} ${terminalText(event.item.command)}`
        : undefined
    case 'item.updated':
      return undefined
    case 'item.completed':
      return itemText(event.item, paint)
    case 'error':
      return `${paint.red('error:')} ${terminalText(event.message)}`
    case 'turn.failed':
      return event.error.hint ? `${paint.yellow('hint:')} ${terminalText(event.error.hint)}` : undefined
    case 'call.failed':
      return `${paint.red('failed')} ${terminalText(`${event.tool}: ${event.message}`)}`
    case 'turn.interrupted':
      return paint.yellow('interrupted')
    default:
      return undefined
  }
}

/** A finished item for a person; undefined for what is shown elsewhere: messages, findings. */
export function itemText(item: ThreadItem, paint: Colours): string | undefined {
  switch (item.type) {
    case 'agent_message':
      return undefined // see renderHuman
    case 'reasoning':
      return paint.dim(terminalText(item.text))
    case 'command_execution': {
      const output = terminalText(item.aggregated_output.trimEnd())
      const status = item.exit_code === 0 ? paint.green('exit 0') : paint.red(`exit ${item.exit_code}`)
      return output ? `${paint.dim(output)}\n${status}` : status
    }
    case 'file_change':
      return item.changes.map((change) => `${paint.cyan(change.kind)} ${terminalText(change.path)}`).join('\n')
    case 'todo_list':
      return item.items.map((step) => `${step.completed ? '[x]' : '[ ]'} ${terminalText(step.text)}`).join('\n')
    case 'tool_call':
      // Why it was denied is the item before it.
      return `${paint.cyan(item.tool)} ${paint.dim(terminalText(item.summary?.replace(/^denied: .*$/s, 'denied') || item.status))}`
    case 'mcp_tool_call':
      return `${paint.cyan(`${item.server}.${item.tool}`)} ${item.status}${item.error ? `: ${terminalText(item.error.message)}` : ''}`
    case 'web_search':
      return `${paint.cyan('search')} ${terminalText(item.query)}`
    case 'denial': {
      const where = item.file ? ` (${terminalText(item.file)}${item.line ? `:${item.line}` : ''})` : ''
      const hint = item.hint ? `\n${paint.yellow('hint:')} ${terminalText(item.hint)}` : ''
      return `${paint.red('denied')} ${terminalText(item.reason)} [${terminalText(item.layer)}]${where}${hint}`
    }
    case 'finding':
      return undefined // once per finding: in the last message, or before it; see renderHuman
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
    case 'notice':
      return paint.dim(terminalText(item.message))
  }
}

/** Older records say no sizes. */
export function compactionLine({
  replaced_items: count,
  tokens_before: before,
  tokens_after: after,
}: Extract<ThreadItem, { type: 'context_compaction' }>): string {
  const sizes = before === undefined || after === undefined ? '' : `, about ${before} tokens are now ${after}`
  return `Compacted: ${count} items of the history gave way to a summary${sizes}.`
}

const modelName = ({ provider, model }: ModelName): string => terminalText(`${provider}/${model}`)

function budgetText({ scope, measure, used, limit }: Extract<ThreadItem, { type: 'budget_warning' }>): string {
  const amount = (value: number) =>
    measure === 'cost' ? `$${value.toFixed(4)}` : `${value.toLocaleString('en-US')} tokens`
  const state = used < limit ? 'nearly spent' : 'spent'
  return terminalText(`The budget of the ${scope} is ${state}: ${amount(used)} of ${amount(limit)}.`)
}

const placeOf = ({ file, range }: Finding): string => `${file}:${range.start.line}:${range.start.column}`

/**
 * Findings whose file and line the message does not name, so that none is lost: behind the message, the first few of those
 * that weigh most, and how many more there are.
 */
function unnamedFindings(findings: readonly Finding[], message: string, paint: Colours): readonly string[] {
  const unnamed = findings.filter(({ file, range }) => !message.includes(`${file}:${range.start.line}`))
  const weighty = unnamed.filter(({ severity }) => message === '' || !/^(?:low|info)$/.test(severity))
  const shown = weighty.slice(0, maxUnnamed).map((finding) => findingText(finding, paint))
  const more = unnamed.length - shown.length
  return [
    ...(message !== '' && unnamed.length > 0 ? [''] : []),
    ...(message !== '' && shown.length > 0 ? ['Found, and not named above:'] : []),
    ...shown,
    ...(more > 0
      ? [`${shown.length > 0 ? '… and ' : 'Not named above: '}${more} more; --findings FILE writes all of them`]
      : []),
  ]
}

function findingText(finding: Finding, paint: Colours): string {
  const severity = severityColour(finding.severity, paint)(finding.severity)
  const place = paint.bold(terminalText(placeOf(finding)))
  return `${severity} ${place} ${terminalText(finding.message)} ${paint.dim(`[${finding.rule}]`)}`
}

function activationText(item: Extract<ThreadItem, { type: 'activation' }>, paint: Colours): string {
  const reasons = item.reasons.length > 0 ? `: ${item.reasons.map(terminalText).join(', ')}` : ''
  const score = item.score === undefined ? '' : ` (score ${item.score.toFixed(2)}${reasons})`
  const suggestions = item.suggestions.map(({ agent, score: each }) => `${agent} ${each.toFixed(2)}`).join(', ')
  const offer = suggestions ? paint.dim(`  suggested: ${suggestions}; use one with codex agent ID "…"`) : ''
  return `agent ${paint.bold(item.agent)}${score}${offer}`
}

function severityColour(severity: Severity, paint: Colours): (text: string) => string {
  if (severity === 'critical' || severity === 'high') return paint.red
  return severity === 'medium' ? paint.yellow : paint.dim
}
