import { z } from 'zod'
import { type Grant, grantSchema } from '../plugin-api/approval.ts'
import { historyItemSchema } from '../plugin-api/history.ts'
import type { HistoryItem, ThreadMeta, Usage } from '../plugin-api/index.ts'
import { toolsFoundIn } from '../tools/tools-found-in.ts'
import { noUsage } from './no-usage.ts'
import { pairCalls } from './pair-calls.ts'
import { isBounded } from './parent-thread-id.ts'
import type { RolloutLine } from './rollout-lines.ts'

/** What a thread goes on from. */
export interface ThreadRecord {
  readonly meta: ThreadMeta
  readonly history: readonly HistoryItem[]
  /** What `tool_search` found, also before a compaction, by name in order. */
  readonly foundTools: readonly string[]
  /** Of all requests to models that ended. */
  readonly usage: Usage
  /** What the next line of the record counts as. */
  readonly nextOrdinal: number
  /** Of the last request, its answer included; undefined where that is not known, or the history was compacted since. */
  readonly lastTokens: number | undefined
  readonly model: string | undefined
  /** What a person granted for the session, in order. */
  readonly grants: readonly Grant[]
  /** What of the record was passed over. */
  readonly passedOver: PassedOver
}

/** Lines that say nothing to this version. They stay in the record. */
export interface PassedOver {
  /** Lines that are no JSON objects of the known shape. */
  readonly unreadable: number
  /** Types of lines and items that are not known, and how often each stands there. */
  readonly unknown: ReadonlyMap<string, number>
}

/** What the real Codex writes, and of which nothing is needed to go on; `ghost_snapshot` is a state of its files. */
const otherLineTypes: ReadonlySet<string> = new Set(['world_state', 'token_usage_record'])
const otherItemTypes: ReadonlySet<unknown> = new Set(['ghost_snapshot'])

/**
 * Reads a thread out of its rollout's lines, undefined for each that cannot be read; undefined where the first that can is no `session_meta`.
 * What is not known is passed over and counted.
 */
export function threadOfLines(lines: Iterable<RolloutLine | undefined>): ThreadRecord | undefined {
  let first: RolloutLine | undefined
  let history: HistoryItem[] = []
  const everything: HistoryItem[] = []
  let usage = noUsage
  const grants: Grant[] = []
  let lastTokens: number | undefined
  let model: string | undefined
  let nextOrdinal = 0
  let ceiling: unknown
  let unreadable = 0
  const unknown = new Map<string, number>()
  /** What the line before says of a message between agents. */
  let delivery: RolloutLine['payload'] | undefined
  const passOver = (what: string) => unknown.set(what, (unknown.get(what) ?? 0) + 1)
  for (const line of lines) {
    nextOrdinal = Math.max(nextOrdinal, line?.ordinal ?? 0) + 1
    if (line === undefined) {
      unreadable += 1
      continue
    }
    first ??= line
    if (first.type !== 'session_meta' || typeof first.payload.id !== 'string') return undefined
    const { type, payload } = line
    const delivered = delivery
    delivery = type === 'inter_agent_communication_metadata' ? payload : undefined
    switch (type) {
      case 'session_meta':
        // A fork of the real Codex has the first line of the other record behind its own: what bounds that thread bounds it.
        if (ceiling === undefined && isBounded(payload)) ceiling = payload.ceiling ?? null
        break
      case 'turn_context':
        if (typeof payload.model === 'string') model = payload.model
        break
      case 'response_item': {
        const item = withDelivery(readItem(payload), delivered)
        if (item) {
          history.push(item)
          everything.push(item)
        } else if (!otherItemTypes.has(payload.type)) passOver(`response_item ${String(payload.type)}`)
        break
      }
      case 'inter_agent_communication': {
        const item = readCommunication(payload)
        if (item) history.push(item)
        else passOver(type)
        break
      }
      case 'inter_agent_communication_metadata':
        break
      case 'compacted':
        history = compactedHistory(payload, history)
        lastTokens = undefined
        break
      case 'event_msg':
        if (payload.type === 'grant') grants.push(...readGrant(payload.grant))
        if (payload.type !== 'token_count') break
        usage = usageOf(payload) ?? usage
        lastTokens = lastTokensOf(payload)
        break
      default:
        if (!otherLineTypes.has(type)) passOver(type)
    }
  }
  if (first === undefined) return undefined
  const meta = {
    cwd: '',
    originator: '',
    cli_version: '',
    source: '',
    model_provider: '',
    timestamp: '',
    ...first.payload,
    ...(ceiling !== undefined && { ceiling }),
  }
  return {
    meta: meta as unknown as ThreadMeta,
    history: pairCalls(history),
    foundTools: toolsFoundIn(everything),
    usage,
    nextOrdinal,
    lastTokens,
    model,
    grants,
    passedOver: { unreadable, unknown },
  } // id checked above
}

/** The item with whether it asked for a turn, where the line before it says so. */
function withDelivery(
  item: HistoryItem | undefined,
  delivery: RolloutLine['payload'] | undefined,
): HistoryItem | undefined {
  if (item?.type !== 'agent_message' || typeof delivery?.trigger_turn !== 'boolean') return item
  return { ...item, trigger_turn: delivery.trigger_turn }
}

/** A message between agents as older records of the real Codex have it, on one line; undefined where it is none. */
function readCommunication(payload: RolloutLine['payload']): HistoryItem | undefined {
  const { content: text, encrypted_content: sealed, ...rest } = payload
  const content = [
    ...(typeof text === 'string' && text !== '' ? [{ type: 'input_text', text }] : []),
    ...(typeof sealed === 'string' ? [{ type: 'encrypted_content', encrypted_content: sealed }] : []),
  ]
  return readItem({ ...rest, type: 'agent_message', content })
}

function usageOf(payload: RolloutLine['payload']): Usage | undefined {
  const info = payload.info as { total_token_usage?: Partial<Usage> } | null | undefined // absent fields are filled here
  return info?.total_token_usage && { ...noUsage, ...info.total_token_usage }
}

/** None where its shape is not known: it is asked again. */
function readGrant(grant: unknown): readonly Grant[] {
  const found = grantSchema.safeParse(grant)
  return found.success ? [found.data as Grant] : [] // absent fields of JSON are absent
}

/** What the last request took; undefined where the line says nothing of it. */
function lastTokensOf(payload: RolloutLine['payload']): number | undefined {
  const info = payload.info as { last_token_usage?: Partial<Usage> } | null | undefined // absent fields are filled here
  const { input_tokens: sent = 0, output_tokens: received = 0 } = info?.last_token_usage ?? {}
  return sent + received > 0 ? sent + received : undefined
}

/** An item of the history; undefined for one of a kind, or a shape, that is not known. */
export function readItem(payload: unknown): HistoryItem | undefined {
  const item = historyItemSchema.safeParse(withOwnOutput(payload))
  return item.success ? withSeals(item.data) : undefined
}

/** The real Codex does not say that the messages of these calls are sealed; ours says so where they are. */
function withSeals(item: HistoryItem): HistoryItem {
  if (item.type !== 'function_call' || item.namespace !== 'collaboration' || item.provider !== undefined) return item
  return { ...item, sealed: ['message'] }
}

/** What a compaction left. Codex wrote the summary alone at times: it then stands behind what people and the program said. */
export function compactedHistory(payload: RolloutLine['payload'], before: readonly HistoryItem[]): HistoryItem[] {
  const { replacement_history: replacement, message } = payload
  if (Array.isArray(replacement)) {
    return replacement.flatMap((each) => readItem(each) ?? [])
  }
  const said = before.filter((item) => item.type === 'message' && item.role !== 'assistant')
  return [...said, { type: 'message', role: 'user', content: [{ type: 'input_text', text: String(message ?? '') }] }]
}

/** Codex keeps an output that has images as a list of parts; ours is a text with images beside it. */
function withOwnOutput(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || !('output' in payload)) return payload
  const { output } = payload
  if (!Array.isArray(output)) return payload
  const parts = z.array(z.object({ type: z.string() }).catchall(z.unknown())).safeParse(output)
  if (!parts.success) return payload
  const images = parts.data.filter(({ type }) => type === 'input_image')
  const texts = parts.data.flatMap(({ text }) => (typeof text === 'string' ? text : []))
  return { ...payload, output: texts.join('\n'), ...(images.length > 0 && { images }) }
}
