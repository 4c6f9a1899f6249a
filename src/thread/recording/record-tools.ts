import type { ToolStreamEvent } from '../../tools/index.ts'
import type { HeldWords } from '../hold-words.ts'
import type { TurnTools } from '../turn.ts'
import type { TurnWriter } from './turn-writer.ts'

/** Tools whose items and outputs are written down. */
export function recordTools(tools: TurnTools, lines: TurnWriter): TurnTools {
  const heldById = new Map<string, HeldWords>()
  const write = (event: ToolStreamEvent, callId: string | undefined) => {
    const of = callId === undefined ? {} : { call_id: callId }
    if (event.type === 'item.delta') {
      const held = heldById.get(event.item_id) ?? lines.holdWords()
      heldById.set(event.item_id, held)
      const delta = held.push(event.delta)
      if (delta !== '') lines.write({ type: 'item', ...of, event: { ...event, delta } })
      return
    }
    const endedId = event.type === 'item.completed' && 'item' in event ? event.item.id : ''
    const rest = heldById.get(endedId)?.rest() ?? ''
    if (rest !== '') lines.write({ type: 'item', ...of, event: { type: 'item.delta', item_id: endedId, delta: rest } })
    lines.write({ type: 'item', ...of, event: { ...event } })
  }
  return {
    specs: (freeform) => tools.specs(freeform),
    isParallel: (call) => tools.isParallel(call),
    async *dispatch(call, trace, signal) {
      const running = tools.dispatch(call, trace, signal)
      let step = await running.next()
      try {
        for (; !step.done; step = await running.next()) {
          write(step.value, call.call_id)
          yield step.value
        }
      } finally {
        if (!step.done) await running.return(undefined as never) // ends what runs; nobody reads what it gives
      }
      lines.write({ type: 'output', name: call.name, output: step.value })
      return step.value
    },
    *ended() {
      for (const event of tools.ended()) {
        write(event, undefined)
        yield event
      }
    },
  }
}
