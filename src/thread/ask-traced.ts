import {
  type HistoryItem,
  type ModelEvent,
  type ModelRequest,
  type ThreadEvent,
  type TraceContext,
  traceFields,
} from '../plugin-api/index.ts'
import type { ItemLedger } from '../tools/index.ts'
import { askModel, type ModelAnswer } from './ask-model.ts'
import type { ConnectedModel } from './turn.ts'
import { spanError, type TurnTrace } from './turn-trace.ts'

interface Tracing {
  readonly ledger: ItemLedger
  readonly isHidden: boolean
  readonly isRaw: boolean
  /** Absent: nobody is told. */
  readonly trace: TurnTrace | undefined
  /** The compaction that asks. Absent: the turn does. */
  readonly under: TraceContext | undefined
}

/** `askModel` as a span: its server is told of the trace, and the stream of how long it took. What answers without a model is no request. */
export async function* askTraced(
  model: ConnectedModel,
  request: ModelRequest,
  said: HistoryItem[],
  { trace, under, ...shown }: Tracing,
  signal: AbortSignal,
): AsyncGenerator<ThreadEvent, ModelAnswer> {
  if (!trace || model.provider.modelFree) return yield* askModel(model, request, said, shown, signal)
  const span = trace.begin(under)
  let firstOutputMs: number | undefined
  let retries = 0
  const told = ({ type }: ModelEvent) => {
    if (type === 'retry') retries += 1
    else if (type !== 'notice' && type !== 'completed') firstOutputMs ??= span.elapsedMs()
  }
  const work = () => ({
    kind: 'request' as const,
    provider: model.context.settings.id,
    model: model.model,
    ...(firstOutputMs !== undefined && { first_output_ms: firstOutputMs }),
    ...(retries > 0 && { retries }),
    ...(under && { compaction: true }),
  })
  try {
    const answer = yield* askModel(withTrace(model, span.context), request, said, { ...shown, told }, signal)
    yield span.end({ ...work(), usage: answer.usage })
    return answer
  } catch (error) {
    yield span.end(work(), spanError(error, signal))
    throw error
  }
}

/** The same model, whose requests say which span they are of. Header fields that the configuration names come before ours. */
function withTrace(model: ConnectedModel, context: TraceContext): ConnectedModel {
  const own = traceFields(context)
  return {
    ...model,
    context: {
      ...model.context,
      fetch: (url, init) => model.context.fetch(url, { ...init, headers: { ...own, ...init?.headers } }),
    },
  }
}
