import type { ThreadHit, Usage } from '../../plugin-api/index.ts'
import { parentThreadId } from '../parent-thread-id.ts'
import type { RolloutLine } from '../rollout-lines.ts'
import { isCopiedLine } from './is-copied-line.ts'
import { promptOf } from './prompt-of.ts'
import { usageIn } from './request-usage.ts'
import { threadItemOf } from './thread-item-of.ts'

/** What lists say of a thread, as far as its record's lines tell. */
export interface ThreadFacts {
  readonly id: string
  readonly cwd: string
  readonly created: string
  readonly updated: string
  readonly title: string
  readonly source: string
  readonly turns: number
  readonly tokens: number
  readonly model?: string
  readonly provider?: string
  readonly agent?: string
  readonly forkedFrom?: string
  readonly parent?: string
}

/** A text of a thread that is searched. */
export interface FoundText {
  readonly kind: ThreadHit['kind']
  readonly text: string
}

/** What a line says was used. */
export type Used =
  | { readonly type: 'request'; readonly usage: Usage }
  | { readonly type: 'tool'; readonly name: string }

/** What one line adds. */
interface AddedLine {
  readonly facts: ThreadFacts | undefined
  readonly texts: readonly FoundText[]
  readonly used?: Used
}

const maxTitleLength = 120
/** A text is searched as far as that: what follows is mostly pasted data. */
const maxTextLength = 20_000

/**
 * The facts after one more line of a record, what of it is searched, and what it used. Undefined facts before the first line; they stay so
 * where that is no `session_meta`.
 */
export function addLine(facts: ThreadFacts | undefined, line: RolloutLine): AddedLine {
  const { type, payload, timestamp } = line
  if (facts === undefined)
    return { facts: type === 'session_meta' ? firstFacts(payload, timestamp) : undefined, texts: [] }
  const updated = timestamp > facts.updated ? { ...facts, updated: timestamp } : facts
  if (type === 'turn_context') return { facts: { ...updated, ...settings(payload) }, texts: [] }
  if (type === 'response_item') {
    const prompt = promptOf(payload)
    if (prompt !== undefined)
      return { facts: withTitle(updated, prompt), texts: [{ kind: 'prompt', text: cut(prompt) }] }
    const answer = answerOf(payload)
    const texts: readonly FoundText[] = answer === undefined ? [] : [{ kind: 'answer', text: cut(answer) }]
    const isCall = !isCopiedLine(line, facts) && /_call$/.test(String(payload.type)) && typeof payload.name === 'string'
    return { facts: updated, texts, ...(isCall && { used: { type: 'tool', name: String(payload.name) } }) }
  }
  if (type !== 'event_msg') return { facts: updated, texts: [] }
  if (payload.type === 'task_started') return { facts: { ...updated, turns: updated.turns + 1 }, texts: [] }
  if (payload.type === 'token_count') {
    const { total, last } = usageOf(payload)
    const tokens = total ? total.input_tokens + total.output_tokens : updated.tokens
    return {
      facts: { ...updated, tokens },
      texts: [],
      ...(last && { used: { type: 'request', usage: last } }),
    }
  }
  return { facts: updated, texts: itemTexts(payload) }
}

function firstFacts(meta: RolloutLine['payload'], timestamp: string): ThreadFacts | undefined {
  if (typeof meta.id !== 'string') return undefined
  const parent = parentThreadId(meta)
  const forkedFrom = text(meta.forked_from_id)
  return {
    id: meta.id,
    cwd: text(meta.cwd) ?? '',
    created: text(meta.timestamp) ?? timestamp,
    updated: timestamp,
    title: '',
    source: parent === undefined ? (text(meta.source) ?? '') : 'subagent',
    turns: 0,
    tokens: 0,
    ...settings(meta),
    ...(parent !== undefined && { parent }),
    ...(forkedFrom !== undefined && { forkedFrom }),
  }
}

function settings(payload: RolloutLine['payload']): Pick<ThreadFacts, 'model' | 'provider' | 'agent'> {
  const [model, provider, agent] = [text(payload.model), text(payload.model_provider), text(payload.agent)]
  return {
    ...(model !== undefined && { model }),
    ...(provider !== undefined && { provider }),
    ...(agent !== undefined && { agent }),
  }
}

function withTitle(facts: ThreadFacts, prompt: string): ThreadFacts {
  if (facts.title !== '') return facts
  const line = prompt.trim().split('\n', 1)[0] ?? ''
  return { ...facts, title: line.length > maxTitleLength ? `${line.slice(0, maxTitleLength - 1)}…` : line }
}

function answerOf(item: RolloutLine['payload']): string | undefined {
  if (item.type !== 'message' || item.role !== 'assistant' || !Array.isArray(item.content)) return undefined
  const said = item.content.flatMap((part: { readonly text?: unknown } | null) => text(part?.text) ?? []).join('\n')
  return said === '' ? undefined : said
}

function itemTexts(payload: RolloutLine['payload']): readonly FoundText[] {
  const item = threadItemOf(payload)
  if (item?.type === 'command_execution') return [{ kind: 'command', text: cut(item.command) }]
  if (item?.type === 'file_change') return item.changes.map(({ path }) => ({ kind: 'file', text: path }))
  if (item?.type === 'finding') {
    const { message, file, rule } = item.finding
    return [{ kind: 'finding', text: cut(`${rule} ${file} ${message}`) }]
  }
  return []
}

function usageOf(payload: RolloutLine['payload']): {
  readonly total?: Usage | undefined
  readonly last?: Usage | undefined
} {
  const info = payload.info as { total_token_usage?: unknown; last_token_usage?: unknown } | null | undefined // checked below
  return { total: usageIn(info?.total_token_usage), last: usageIn(info?.last_token_usage) }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function cut(value: string): string {
  return value.slice(0, maxTextLength)
}
