import type { HistoryItem, ModelRequest } from '../../plugin-api/index.ts'
import type { Turn } from '../turn.ts'
import { withoutSeal } from './turn-to-data.ts'
import type { TurnWriter } from './turn-writer.ts'

/** Writes the requests of a turn, each as what it adds to the one before. */
export interface RequestWriter {
  /** Gives the number of the request, from 1. */
  write(request: ModelRequest): number
  /** How many were written. */
  readonly count: number
}

/** The first request is written as what it adds to the turn's beginning. */
export function createRequestWriter(turn: Pick<Turn, 'history' | 'input'>, writer: TurnWriter): RequestWriter {
  let count = 0
  // A history grows at its end: what was written once is the same object in the next request.
  const texts = new WeakMap<HistoryItem, string>()
  const asText = (item: HistoryItem): string => {
    const text = texts.get(item) ?? JSON.stringify(withoutSeal(item))
    texts.set(item, text)
    return text
  }
  let itemsBefore = [...turn.history, ...turn.input].map(asText)
  let toolsBefore: string | undefined
  return {
    write(request) {
      count += 1
      const items = request.input.map(asText)
      const differing = items.findIndex((item, index) => item !== itemsBefore[index])
      const keeps = differing === -1 ? items.length : differing
      const tools = JSON.stringify(request.tools)
      writer.write({
        type: 'request',
        request: count,
        model: request.model,
        keeps,
        input: request.input.slice(keeps).map(withoutSeal),
        ...(tools !== toolsBefore && { tools: request.tools.map((tool) => ({ ...tool })) }),
      })
      itemsBefore = items
      toolsBefore = tools
      return count
    },
    get count() {
      return count
    },
  }
}
