import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valuesOfSchema } from '../../test/support/values-of-schema.ts'
import { historyItemSchema } from '../plugin-api/history.ts'
import type { HistoryItem, ThreadEvent, ThreadItem } from '../plugin-api/index.ts'
import { threadItemSchema } from '../plugin-api/thread-item.ts'
import { rolloutTurns } from './library/rollout-turns.ts'
import { parseRolloutLine, type RolloutLine, rolloutText } from './rollout-lines.ts'
import { threadOfLines } from './thread-record.ts'

const place = { ordinal: 0, timestamp: '2026-01-01T00:00:00.000Z' }
const meta = {
  id: 'thread-1',
  timestamp: '',
  cwd: '/w',
  originator: '',
  cli_version: '',
  source: '',
  model_provider: '',
}

/** What is read back of events that were written. */
function readBack(events: readonly ThreadEvent[]): readonly RolloutLine[] {
  const text = events.map((event) => rolloutText(event, 'turn-1', place).text).join('')
  return text
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => parseRolloutLine(Buffer.from(line)) ?? [])
}

/** As a history may have them: every call has its output right behind it, and no two are of the same id. */
function paired(items: readonly HistoryItem[]): readonly HistoryItem[] {
  return items.flatMap((item, index): readonly HistoryItem[] => {
    const call_id = `call-${index}`
    switch (item.type) {
      case 'function_call':
        return [
          { ...item, call_id },
          { type: 'function_call_output', call_id, output: 'x' },
        ]
      case 'custom_tool_call':
        return [
          { ...item, call_id },
          { type: 'custom_tool_call_output', call_id, output: 'x' },
        ]
      case 'function_call_output':
        return [
          { type: 'function_call', call_id, name: 'f', arguments: '{}' },
          { ...item, call_id },
        ]
      case 'custom_tool_call_output':
        return [
          { type: 'custom_tool_call', call_id, name: 'f', input: '' },
          { ...item, call_id },
        ]
      default:
        return [item]
    }
  })
}

test('every item of a history is gone on with as it was, fields of later versions included', () => {
  const histories = fc.array(valuesOfSchema(historyItemSchema), { maxLength: 8 }).map(paired)
  fc.assert(
    fc.property(histories, (items) => {
      const started: ThreadEvent = { type: 'thread.started', thread_id: meta.id, meta }
      const lines = readBack([started, ...items.map((item): ThreadEvent => ({ type: 'response_item', item }))])
      expect(threadOfLines(lines)).toMatchObject({ passedOver: { unreadable: 0, unknown: new Map() } })
      expect(threadOfLines(lines)?.history).toEqual(items)
      const compacted = readBack([started, { type: 'history.compacted', message: 'so far', history: items }])
      expect(threadOfLines(compacted)?.history).toEqual(items)
    }),
  )
})

test('every item that people saw is shown again as it was', () => {
  const items = fc.array(valuesOfSchema(threadItemSchema), { maxLength: 8 })
  fc.assert(
    fc.property(items, (shown) => {
      // A prompt that was queued or is a command is what its turn was asked: there is one, and it comes first.
      const isAsked = (item: ThreadItem) => item.type === 'user_message' && item.way !== 'steer'
      const expected = shown.filter((item) => !isAsked(item))
      const lines = readBack([
        { type: 'turn.started' },
        ...[...shown.filter(isAsked).slice(0, 1), ...expected].map(
          (item): ThreadEvent => ({ type: 'item.completed', item }),
        ),
      ])
      expect(rolloutTurns(lines).flatMap((turn) => turn.items)).toEqual(expected)
    }),
  )
})
