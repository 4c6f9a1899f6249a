import type { TracedPiece, TracedTurn, Usage } from '../../plugin-api/index.ts'
import { addUsage } from '../../plugin-api/model-stream/add-usage.ts'
import { noUsage } from '../no-usage.ts'
import type { RolloutLine } from '../rollout-lines.ts'
import { between, inferPieces, type PieceInference } from './inferred-pieces.ts'
import { piecesOfSpans } from './pieces-of-spans.ts'
import { promptOf } from './prompt-of.ts'
import { requestUsage } from './request-usage.ts'
import { threadItemOf } from './thread-item-of.ts'

type Payload = RolloutLine['payload']

/** A turn while its lines are read. */
interface OpenTurn {
  /** False: no line said that it began, as in records of older programs. */
  readonly isNamed: boolean
  readonly started: string
  readonly inference: PieceInference
  readonly spans: Payload[]
  readonly notes: TracedPiece[]
  id?: string
  last: string
  prompt: string
  context: Payload
  status: TracedTurn['status']
  error?: string
  usage: Usage
}

/** What lines say of time. */
export interface LinesTrace {
  readonly turns: readonly TracedTurn[]
  /** How often a line is earlier than the one before. */
  readonly jumps: number
}

/** The turns of a record by time. Lines of unknown types are passed over, so that records of other versions and of the real Codex are read as far as they go. */
export function traceOfLines(lines: Iterable<RolloutLine>): LinesTrace {
  const turns: OpenTurn[] = []
  /** What a turn runs under where it does not say so itself: the real Codex names the provider once. */
  let begun: Payload = {}
  let context: Payload = {}
  let before = ''
  let jumps = 0
  let total: number | undefined
  const open = () => (turns.at(-1)?.status === 'open' ? turns.at(-1) : undefined)
  const begin = (timestamp: string, isNamed: boolean): OpenTurn => {
    const turn: OpenTurn = {
      isNamed,
      started: timestamp,
      inference: inferPieces(timestamp),
      spans: [],
      notes: [],
      last: timestamp,
      prompt: '',
      context,
      status: 'open',
      usage: noUsage,
    }
    turns.push(turn)
    return turn
  }
  for (const { timestamp, type, payload } of lines) {
    if (before !== '' && timestamp < before) jumps += 1
    if (timestamp !== '') before = timestamp
    const turn = open()
    if (turn && timestamp > turn.last) turn.last = timestamp
    if (type === 'session_meta' && typeof payload.model_provider === 'string') {
      begun = { model_provider: payload.model_provider }
      context = { ...begun, ...context }
    } else if (type === 'turn_context') {
      context = { ...begun, ...payload }
      if (turn) turn.context = context
    } else if (type === 'response_item') {
      const prompt = promptOf(payload)
      const current = turn && (turn.isNamed || prompt === undefined || turn.prompt === '') ? turn : undefined
      if (current === undefined && prompt === undefined) continue
      if (turn && current === undefined) turn.status = 'completed'
      const own = current ?? begin(timestamp, false)
      if (prompt !== undefined && own.prompt === '') own.prompt = prompt
      own.inference.item(payload, timestamp)
    } else if (type === 'compacted') {
      turn?.notes.push(note('the history gave way to a summary', timestamp))
    } else if (type === 'event_msg' && payload.type === 'task_started') {
      const next = begin(timestamp, true)
      if (typeof payload.turn_id === 'string') next.id = payload.turn_id
    } else if (type === 'event_msg' && payload.type === 'token_count') {
      const used = requestUsage(payload)
      // The real Codex says the same again where its limits have changed.
      if (!turn || !used || used.total === total) continue
      total = used.total
      turn.usage = addUsage(turn.usage, used.usage)
      turn.inference.usage(used.usage)
    } else if (type === 'event_msg' && turn) {
      readEvent(payload, timestamp, turn)
    }
  }
  return { turns: turns.map(tracedTurn), jumps }
}

function readEvent(payload: Payload, timestamp: string, turn: OpenTurn): void {
  switch (payload.type) {
    case 'span':
      turn.spans.push(payload)
      return
    case 'task_complete': {
      const error = payload.error as { readonly message?: unknown } | null | undefined // its message is checked below
      turn.status = error ? 'failed' : 'completed'
      if (typeof error?.message === 'string') turn.error = error.message
      return
    }
    case 'turn_aborted':
      turn.status = 'interrupted'
      return
    case 'error':
      turn.notes.push(note(String(payload.message ?? 'an error'), timestamp))
      return
    default: {
      const item = threadItemOf(payload)
      if (item?.type === 'prompt' && turn.prompt === '') turn.prompt = item.text
      if (item?.type === 'denial') turn.notes.push(note(`denied: ${item.reason}`, timestamp))
      if (item?.type === 'model_switch')
        turn.notes.push(note(`${item.to.provider}/${item.to.model} goes on: ${item.reason}`, timestamp))
    }
  }
}

function callsMeasured(spans: readonly Payload[]): ReadonlySet<string> {
  const works = spans.map(({ work }) => work as { readonly call_id?: unknown } | null | undefined) // its one field is checked
  return new Set(works.flatMap((work) => (typeof work?.call_id === 'string' ? work.call_id : [])))
}

function note(name: string, started: string): TracedPiece {
  return { kind: 'note', name, started, isMeasured: true, pieces: [], threads: [] }
}

function tracedTurn(turn: OpenTurn): TracedTurn {
  const { context, spans, notes, inference, started } = turn
  const text = (name: string) => (typeof context[name] === 'string' ? String(context[name]) : undefined)
  const [model, provider, agent] = [text('model'), text('model_provider'), text('agent')]
  const who = { ...(model !== undefined && { model }), ...(provider !== undefined && { provider }) }
  const isCompaction = (piece: TracedPiece) => piece.kind === 'compaction'
  // A call that was running when its program ended has left no span.
  const worked =
    spans.length > 0 ? [...piecesOfSpans(spans), ...inference.callsBut(callsMeasured(spans))] : inference.pieces(who)
  // A compaction that was measured needs no word beside it.
  const told = worked.some(isCompaction) ? notes.filter(({ name }) => !name.startsWith('the history gave way')) : notes
  const [traceId, parentSpanId] = [text('trace_id'), text('parent_span_id')]
  return {
    ...(turn.id !== undefined && { id: turn.id }),
    started,
    durationMs: between(started, turn.last),
    status: turn.status,
    ...(turn.error !== undefined && { error: turn.error }),
    prompt: turn.prompt,
    ...who,
    ...(agent !== undefined && { agent }),
    usage: turn.usage,
    ...(traceId !== undefined && { traceId }),
    ...(parentSpanId !== undefined && { parentSpanId }),
    pieces: [...worked, ...told].sort((a, b) => (a.started < b.started ? -1 : a.started > b.started ? 1 : 0)),
  }
}
