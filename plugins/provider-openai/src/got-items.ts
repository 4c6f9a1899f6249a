import { BrokenStream } from 'codex-kernel/plugin-api'
import { isRecord } from './is-record.ts'

type Value = Readonly<Record<string, unknown>>

/** What of one response has come whole: nothing is taken twice, and nothing is lost without a word. */
export interface GotItems {
  /** False for an item that came before. To be asked once about each event. */
  isNew(event: Value): boolean
  takeText(delta: string): void
  /** At the end: what only the response itself holds, and text that no item holds. @param output of the response */
  late(output: unknown): readonly unknown[]
  /** @throws BrokenStream where a call began that never came whole */
  assertWhole(): void
}

const callTypes: ReadonlySet<unknown> = new Set(['function_call', 'custom_tool_call', 'local_shell_call'])

export function gotItems(): GotItems {
  const byId = new Map<unknown, Value>()
  const callIds = new Set<unknown>()
  const begunCalls = new Set<string>()
  let itemCount = 0
  let callCount = 0
  let text = ''

  const take = (item: Value): void => {
    itemCount += 1
    if (item.id) byId.set(item.id, item)
    if (item.type === 'message') text = ''
    if (!callTypes.has(item.type)) return
    callCount += 1
    callIds.add(item.call_id)
  }
  return {
    isNew({ type, item, output_index: index }) {
      if (!isRecord(item)) return true
      // Gateways may give an item another id when it is done: calls are counted, and not told by their ids.
      if (type === 'response.output_item.added' && callTypes.has(item.type)) begunCalls.add(`${item.id} ${index}`)
      if (type !== 'response.output_item.done') return true
      const before = byId.get(item.id)
      if (before && JSON.stringify(before) === JSON.stringify(item)) return false
      take(item)
      return true
    },
    takeText(delta) {
      text += delta
    },
    late(output) {
      const items = (Array.isArray(output) ? output : []).filter(isRecord)
      // Some servers send the items with the end alone.
      const late = items.filter((item) => itemCount === 0 || isLateCall(item, callIds))
      for (const item of late) take(item)
      return text === '' ? late : [...late, messageOf(text)]
    },
    assertWhole() {
      if (begunCalls.size > callCount) {
        throw new BrokenStream('the answer ended before a call of a tool was whole', { code: 'provider.response' })
      }
    },
  }
}

function isLateCall(item: Value, callIds: ReadonlySet<unknown>): boolean {
  return callTypes.has(item.type) && item.status !== 'incomplete' && !callIds.has(item.call_id)
}

function messageOf(text: string): Value {
  return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }
}
