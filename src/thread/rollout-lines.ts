import type { HistoryItem, ThreadEvent, ThreadItem, ThreadMeta } from '../plugin-api/index.ts'

/** One line of a rollout file: a Codex line type and its payload (docs/reference/rollout.md). */
export interface RolloutLine {
  readonly timestamp: string
  /** Counts from 0; absent in old files. */
  readonly ordinal?: number
  readonly type: string
  readonly payload: Record<string, unknown>
}

/** A line of a rollout; undefined where it is no JSON object with a type and a payload, as a torn one is not. */
export function parseRolloutLine(bytes: string | Buffer): RolloutLine | undefined {
  const value = parseJson(bytes) as Partial<RolloutLine> | null | undefined // fields are checked here
  const isLine = typeof value?.type === 'string' && typeof value.payload === 'object' && value.payload !== null
  return isLine ? ({ timestamp: '', ...value } as RolloutLine) : undefined
}

/** Bytes that are no UTF-8 become U+FFFD; a line that is longer than a string can be is no line. */
function parseJson(bytes: string | Buffer): unknown {
  try {
    const text = bytes.toString()
    // A machine that lost its power leaves NUL bytes where a line was to be; what was written behind them counts.
    return JSON.parse(text.charCodeAt(0) === 0 ? text.replace(/^\0+/, '') : text)
  } catch {
    return undefined
  }
}

/** The lines that keep an event, as text: one JSON value each, numbered from `ordinal` on. */
export function rolloutText(
  event: ThreadEvent,
  turnId: string,
  from: { readonly ordinal: number; readonly timestamp: string; readonly time?: TurnTime | undefined },
): { readonly text: string; readonly count: number } {
  const lines = rolloutPayloads(event, turnId, from.time).map((line, index) => {
    const full: RolloutLine = { timestamp: from.timestamp, ordinal: from.ordinal + index, ...line }
    return `${JSON.stringify(full)}\n`
  })
  return { text: lines.join(''), count: lines.length }
}

/** When a turn began, and what the clock says now. */
export interface TurnTime {
  readonly begun: Date
  readonly now: Date
}

/** The lines that keep an event: none for what only a live view needs. */
export function rolloutPayloads(
  event: ThreadEvent,
  turnId: string,
  time?: TurnTime,
): readonly Omit<RolloutLine, 'timestamp'>[] {
  switch (event.type) {
    case 'thread.started':
      return event.meta ? [{ type: 'session_meta', payload: metaPayload(event.meta) }] : []
    case 'turn.started':
      return [eventMessage('task_started', { turn_id: turnId })]
    case 'turn.context':
      return [{ type: 'turn_context', payload: { ...event.context } }]
    case 'response_item':
      return responseLines(event.item)
    case 'history.compacted':
      return [{ type: 'compacted', payload: { message: event.message, replacement_history: event.history } }]
    case 'usage':
      return [
        eventMessage('token_count', {
          info: { total_token_usage: event.total, ...(event.last && { last_token_usage: event.last }) },
        }),
      ]
    case 'grant':
      return [eventMessage('grant', { turn_id: turnId, grant: event.grant })]
    case 'span':
      return [eventMessage('span', { turn_id: turnId, ...event.span })]
    case 'item.completed':
      return [eventMessage('item_completed', { turn_id: turnId, item: withPascalType(event.item) })]
    case 'call.failed':
      return [eventMessage('call_failed', { turn_id: turnId, tool: event.tool, message: event.message })]
    case 'error':
      return [eventMessage('error', { message: event.message })]
    case 'turn.completed':
      return [
        eventMessage('task_complete', {
          turn_id: turnId,
          last_agent_message: event.last_agent_message ?? null,
          ...timesOf(time),
        }),
      ]
    case 'turn.failed':
      return [
        eventMessage('task_complete', {
          turn_id: turnId,
          last_agent_message: null,
          error: event.error,
          ...timesOf(time),
        }),
      ]
    case 'turn.interrupted':
      return [eventMessage('turn_aborted', { turn_id: turnId, reason: event.reason, ...timesOf(time) })]
    default:
      return []
  }
}

/** What is said of a message between agents stands on a line before it, as Codex writes it. */
function responseLines(item: HistoryItem): readonly Omit<RolloutLine, 'timestamp'>[] {
  if (item.type !== 'agent_message' || item.trigger_turn === undefined) {
    return [{ type: 'response_item', payload: item }]
  }
  const { trigger_turn, ...payload } = item
  return [
    { type: 'inter_agent_communication_metadata', payload: { trigger_turn } },
    { type: 'response_item', payload },
  ]
}

/** As Codex says it: seconds since 1970, and how long it took. */
function timesOf(time: TurnTime | undefined): Record<string, number> {
  if (time === undefined) return {}
  const [begunMs, nowMs] = [time.begun.getTime(), time.now.getTime()]
  const seconds = (ms: number) => Math.floor(ms / 1000)
  return {
    started_at: seconds(begunMs),
    completed_at: seconds(nowMs),
    duration_ms: Math.max(0, nowMs - begunMs),
  }
}

function eventMessage(type: string, payload: Record<string, unknown>): Omit<RolloutLine, 'timestamp'> {
  return { type: 'event_msg', payload: { type, ...payload } }
}

/** `command_execution` is `CommandExecution` in rollouts (Codex contract, section F). */
function withPascalType(item: ThreadItem): Record<string, unknown> {
  // As Codex keeps a person's messages; `way` is ours.
  if (item.type === 'user_message') {
    const { id, text, way } = item
    return { type: 'UserMessage', id, content: [{ type: 'text', text, text_elements: [] }], way }
  }
  if (item.type === 'collab_tool_call') return agentCall(item)
  if (item.type === 'agent_activity') {
    const { thread_id: agent_thread_id, path: agent_path, type: _type, ...rest } = item
    return { type: 'SubAgentActivity', ...rest, agent_thread_id, agent_path }
  }
  const type = item.type.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return { ...item, type }
}

/** As Codex keeps it: under another name, with states as models know them, and without a prompt where there was none. */
function agentCall(item: Extract<ThreadItem, { type: 'collab_tool_call' }>): Record<string, unknown> {
  const { id, tool, status, sender_thread_id, receiver_thread_ids, prompt, agents_states } = item
  const receiver_agents = receiver_thread_ids.map((thread_id) => ({ thread_id }))
  return {
    ...{ type: 'CollabAgentToolCall', id, tool, status, sender_thread_id, receiver_thread_ids, receiver_agents },
    ...(prompt !== null && { prompt }),
    agents_states: Object.fromEntries(
      Object.entries(agents_states).map(([thread, { status: state, message }]) => [
        thread,
        message === null ? state : { [state]: message },
      ]),
    ),
  }
}

/** A thread that another one began says so where the real Codex does: in `source`, and in part beside it (Codex contract, section F). */
function metaPayload({ spawned, ...meta }: ThreadMeta): RolloutLine['payload'] {
  if (spawned === undefined) return { ...meta, session_id: meta.id }
  const { session_id, ...place } = spawned
  const thread_spawn = { parent_thread_id: meta.parent_thread_id, ...place }
  const { agent_path, agent_nickname } = place
  const named = { agent_path, agent_nickname, thread_source: 'subagent' }
  return { ...meta, session_id, source: { subagent: { thread_spawn } }, ...named }
}
