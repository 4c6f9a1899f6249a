import type { ThreadHit } from '../../plugin-api/index.ts'
import type { RolloutLine } from '../rollout-lines.ts'
import { promptOf } from './prompt-of.ts'
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

const maxTitleLength = 120
/** A text is searched as far as that: what follows is mostly pasted data. */
const maxTextLength = 20_000

/**
 * The facts after one more line of a record, and what of it is searched. Undefined facts before the first line; they stay so
 * where that is no `session_meta`.
 */
export function addLine(
  facts: ThreadFacts | undefined,
  line: RolloutLine,
): { readonly facts: ThreadFacts | undefined; readonly texts: readonly FoundText[] } {
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
    return { facts: updated, texts: answer === undefined ? [] : [{ kind: 'answer', text: cut(answer) }] }
  }
  if (type !== 'event_msg') return { facts: updated, texts: [] }
  if (payload.type === 'task_started') return { facts: { ...updated, turns: updated.turns + 1 }, texts: [] }
  if (payload.type === 'token_count')
    return { facts: { ...updated, tokens: tokensOf(payload) ?? updated.tokens }, texts: [] }
  return { facts: updated, texts: itemTexts(payload) }
}

function firstFacts(meta: RolloutLine['payload'], timestamp: string): ThreadFacts | undefined {
  if (typeof meta.id !== 'string') return undefined
  const spawned = spawnOf(meta.source)
  const parent = text(meta.parent_thread_id) ?? text(spawned?.parent_thread_id)
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

/** `{"subagent":{"thread_spawn":{…}}}` (Codex contract, section F). */
function spawnOf(source: unknown): { readonly parent_thread_id?: unknown } | undefined {
  const spawned = source as { subagent?: { thread_spawn?: { parent_thread_id?: unknown } } } | null | undefined // read field by field
  return typeof spawned === 'object' ? spawned?.subagent?.thread_spawn : undefined
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

function tokensOf(payload: RolloutLine['payload']): number | undefined {
  const info = payload.info as { total_token_usage?: { input_tokens?: unknown; output_tokens?: unknown } } | null // checked below
  const { input_tokens: sent, output_tokens: got } = info?.total_token_usage ?? {}
  return typeof sent === 'number' && typeof got === 'number' ? sent + got : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function cut(value: string): string {
  return value.slice(0, maxTextLength)
}
