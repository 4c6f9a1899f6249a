import type { HistoryItem, ObservedEvent, ThreadItem, ThreadSpan, TurnContext, Usage } from 'codex-kernel/plugin-api'
import type { FinishedSpan, SpanMoment } from './finished-span.ts'
import { requestAttributes, usageAttributes, workOf } from './span-attributes.ts'

/** A turn whose end has not come. */
interface OpenTurn {
  readonly threadId: string
  readonly startMs: number
  readonly context: TurnContext
  readonly parentThreadId: string | undefined
  readonly moments: SpanMoment[]
  prompt: string | undefined
  usage: Usage | undefined
}

/** Of one turn; more say nothing that its record would not say better. */
const maxMoments = 100

/** Makes spans of the events of threads, each as soon as it is over. A turn whose trace is not recorded has none. */
export function collectSpans(options: {
  readonly prompts: boolean
}): (observed: ObservedEvent) => readonly FinishedSpan[] {
  const turns = new Map<string, OpenTurn>()
  const started = new Map<string, number>()
  return (observed) => {
    const { event, time, turnId } = observed
    const at = time.getTime()
    const turn = turns.get(turnId)
    switch (event.type) {
      case 'turn.started':
        started.set(turnId, at)
        return []
      case 'turn.context':
        if (event.context.trace_sampled !== false)
          turns.set(turnId, openTurn(observed, event.context, started.get(turnId)))
        started.delete(turnId)
        return []
      case 'span':
        return turn ? [pieceOf(event.span, turn)] : []
      case 'usage':
        if (turn && event.last) turn.usage = sum(turn.usage, event.last)
        return []
      case 'response_item':
        if (turn && options.prompts && event.item.type === 'message' && event.item.role === 'user')
          turn.prompt = messagesOf(event.item)
        return []
      case 'item.completed':
        if (turn && turn.moments.length < maxMoments) turn.moments.push(...momentsOf(event.item, at))
        return []
      case 'turn.completed':
      case 'turn.interrupted':
      case 'turn.failed': {
        turns.delete(turnId)
        const error =
          event.type === 'turn.failed'
            ? (event.error.code ?? 'failed')
            : event.type === 'turn.interrupted'
              ? 'interrupted'
              : undefined
        return turn ? [turnSpan(turn, at, error)] : []
      }
      default:
        return []
    }
  }
}

function openTurn({ threadId, parentThreadId, time }: ObservedEvent, context: TurnContext, startMs?: number): OpenTurn {
  const at = startMs ?? time.getTime()
  return { threadId, parentThreadId, startMs: at, context, moments: [], prompt: undefined, usage: undefined }
}

function pieceOf(span: ThreadSpan, { context, threadId }: OpenTurn): FinishedSpan {
  const startMs = Date.parse(span.started)
  const { name, kind, attributes } = workOf(span.work)
  return {
    traceId: context.trace_id ?? '',
    spanId: span.span_id,
    parentSpanId: span.parent_span_id ?? context.span_id ?? '',
    flags: 1,
    name,
    kind,
    startMs,
    endMs: startMs + span.duration_ms,
    attributes: { ...attributes, 'gen_ai.conversation.id': threadId, 'error.type': span.error },
    events: [],
    failed: span.error !== undefined,
  }
}

function turnSpan(turn: OpenTurn, at: number, error: string | undefined): FinishedSpan {
  const { context, threadId, startMs } = turn
  const agent = context.agent ?? 'default'
  return {
    traceId: context.trace_id ?? '',
    spanId: context.span_id ?? '',
    ...(context.parent_span_id !== undefined && { parentSpanId: context.parent_span_id }),
    flags: 1,
    name: `invoke_agent ${agent}`,
    kind: 'internal',
    startMs,
    endMs: Math.max(startMs, at),
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      ...requestAttributes(context.model_provider, context.model),
      'gen_ai.agent.name': agent,
      'gen_ai.conversation.id': threadId,
      ...(turn.usage && usageAttributes(turn.usage)),
      'gen_ai.input.messages': turn.prompt,
      'codex.turn.id': context.turn_id,
      'codex.parent_thread.id': turn.parentThreadId,
      'codex.security_profile': context.security_profile,
      'codex.approval_policy': context.approval_policy,
      'error.type': error,
    },
    events: turn.moments,
    failed: error !== undefined,
  }
}

/** As the semantic conventions have messages. */
function messagesOf({ role, content }: Extract<HistoryItem, { type: 'message' }>): string {
  const parts = content.flatMap((part) => ('text' in part ? [{ type: 'text', content: part.text }] : []))
  return JSON.stringify([{ role, parts }])
}

function momentsOf(item: ThreadItem, timeMs: number): readonly SpanMoment[] {
  if (item.type === 'denial')
    return [
      { name: 'codex.denial', timeMs, attributes: { 'codex.action': item.action.kind, 'codex.layer': item.layer } },
    ]
  if (item.type === 'model_switch') {
    const attributes = {
      'codex.from': `${item.from.provider}/${item.from.model}`,
      'codex.to': `${item.to.provider}/${item.to.model}`,
    }
    return [{ name: 'codex.model_switch', timeMs, attributes }]
  }
  return []
}

function sum(a: Usage | undefined, b: Usage): Usage {
  if (!a) return b
  return {
    input_tokens: a.input_tokens + b.input_tokens,
    cached_input_tokens: a.cached_input_tokens + b.cached_input_tokens,
    cache_write_input_tokens: a.cache_write_input_tokens + b.cache_write_input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    reasoning_output_tokens: a.reasoning_output_tokens + b.reasoning_output_tokens,
  }
}
