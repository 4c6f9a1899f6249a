import { CodexError, isCodexError, type ModelEvent, type Provider } from '../../plugin-api/index.ts'
import type { ConnectedModel, FallbackModel, TurnStage } from '../turn.ts'
import type { RequestWriter } from './record-requests.ts'
import { modelToData, withoutSeal } from './turn-to-data.ts'
import type { TurnWriter } from './turn-writer.ts'

/** A stage whose requests and answers are written down; a playbook's are not: it is carried out anew. */
export function recordStage(stage: TurnStage, writers: Writers): TurnStage {
  const recorded = recordModel(stage, writers)
  if (!stage.fallbacks) return recorded
  return { ...recorded, fallbacks: stage.fallbacks.map((fallback) => recordFallback(fallback, writers)) }
}

/** Where a turn's lines go. */
interface Writers {
  readonly lines: TurnWriter
  readonly requests: RequestWriter
}

function recordFallback(fallback: FallbackModel, writers: Writers): FallbackModel {
  const { name } = fallback
  const { lines } = writers
  return {
    name,
    async connect(signal) {
      try {
        const model = await fallback.connect(signal)
        lines.write({ type: 'fallback', name, model: modelToData(model) })
        return recordModel(model, writers)
      } catch (error) {
        if (!signal.aborted && isCodexError(error)) lines.write({ type: 'fallback', name, error: errorToData(error) })
        throw error
      }
    },
  }
}

function recordModel<Model extends ConnectedModel>(model: Model, writers: Writers): Model {
  const { provider } = model
  const { lines, requests } = writers
  if (provider.modelFree) return model
  const recorded: Provider = {
    id: provider.id,
    models: (context, signal) => provider.models(context, signal),
    async *stream(request, context, signal) {
      const number = requests.write(request)
      try {
        yield* recordEvents(provider.stream(request, context, signal), number, lines)
      } catch (error) {
        if (signal.aborted) lines.write({ type: 'interrupted', request: number })
        else lines.write({ type: 'failed', request: number, error: errorToData(error) })
        throw error
      }
    },
  }
  return { ...model, provider: recorded }
}

/** Writes what comes, and hands it on as it came. A word that comes in pieces is written whole: it may be a credential. */
async function* recordEvents(
  events: AsyncIterable<ModelEvent>,
  request: number,
  lines: TurnWriter,
): AsyncGenerator<ModelEvent> {
  const held = { text_delta: lines.holdWords(), reasoning_delta: lines.holdWords() }
  const write = (event: ModelEvent) => lines.write({ type: 'event', request, event })
  const flush = () => {
    for (const type of ['reasoning_delta', 'text_delta'] as const) {
      const delta = held[type].rest()
      if (delta !== '') write({ type, delta })
    }
  }
  for await (const event of events) {
    if (event.type === 'text_delta' || event.type === 'reasoning_delta') {
      const delta = held[event.type].push(event.delta)
      if (delta !== '') write({ type: event.type, delta })
    } else {
      flush()
      write(event.type === 'item' ? { ...event, item: withoutSeal(event.item) } : event)
    }
    yield event
  }
  flush()
}

/** An error as a recording has it. */
export function errorToData(error: unknown): { code: string; message: string; hint?: string } {
  const { code, message, hint } = isCodexError(error)
    ? error
    : new CodexError('internal', error instanceof Error ? error.message : String(error))
  return { code, message, ...(hint !== undefined && { hint }) }
}
