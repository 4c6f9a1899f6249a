import type { ThreadEvent, ThreadItemBody } from '../plugin-api/index.ts'

export type ItemEvent = Extract<ThreadEvent, { type: 'item.started' | 'item.updated' | 'item.completed' }>
export type ItemDeltaEvent = Extract<ThreadEvent, { type: 'item.delta' }>

/**
 * The items of one process: gives ids (`item_0`, `item_1`, … in order of first appearance) and says which phase an
 * appearance is. A key names an item from its first appearance until it is completed; after that it names a new one, but for a finding that
 * agents share (`open:NAME`), which is updated.
 */
export interface ItemLedger {
  /** A prefix for the keys of one tool call, different every time. */
  newScope(): string
  /** Started, updated or completed, by what is known of `key`. Items without a beginning (messages, findings, …) only ever complete. */
  record(key: string, body: ThreadItemBody, isDone: boolean): ItemEvent
  /** Text that comes in for the item of `key`, which may not have appeared yet: it then gets its id here. */
  delta(key: string, delta: string): ItemDeltaEvent
  /** A new item that is complete as it appears. */
  add(body: ThreadItemBody): ItemEvent
  /** Completes the open items of a scope, those in progress as failed: for a call that ended without ending them. */
  failOpen(scope: string): readonly ItemEvent[]
  /** Completes all open items, those in progress as failed: for a turn that was interrupted. */
  failAll(): readonly ItemEvent[]
  /** Completes the open items of the turn (keys `turn:NAME`) and forgets all others: call it just before the turn ends. */
  closeTurn(): readonly ItemEvent[]
}

const withoutBeginning: ReadonlySet<ThreadItemBody['type']> = new Set<ThreadItemBody['type']>([
  'agent_message',
  'reasoning',
  'finding',
  'denial',
  'notice',
  'user_message',
  'context_compaction',
  'model_switch',
  'budget_warning',
  'activation',
  'agent_activity',
  'team_message',
  'error',
])

interface OpenItem {
  readonly id: string
  /** Absent while only deltas have come. */
  readonly body?: ThreadItemBody
}

export function createItemLedger(): ItemLedger {
  const open = new Map<string, OpenItem>()
  /** Findings that agents share, by key: they are said again when another one has found the same. */
  const shared = new Map<string, string>()
  let nextId = 0
  let nextScope = 0
  const newId = () => `item_${nextId++}`

  const record = (key: string, body: ThreadItemBody, isDone: boolean): ItemEvent => {
    const before = body.type === 'finding' ? shared.get(key) : undefined
    if (before !== undefined) return { type: 'item.updated', item: { id: before, ...body } }
    const known = open.get(key)
    const id = known?.id ?? newId()
    const completes = isDone || withoutBeginning.has(body.type)
    if (body.type === 'finding' && key.startsWith('open:')) shared.set(key, id)
    if (completes) open.delete(key)
    else open.set(key, { id, body })
    const type = completes ? 'item.completed' : known?.body ? 'item.updated' : 'item.started'
    return { type, item: { id, ...body } }
  }

  const complete = (isMeant: (key: string) => boolean): readonly ItemEvent[] =>
    [...open].flatMap(([key, { body }]) => (body && isMeant(key) ? [record(key, asEnded(body), true)] : []))

  return {
    newScope: () => `call_${nextScope++}`,
    record,
    add: (body) => ({ type: 'item.completed', item: { id: newId(), ...body } }),
    delta(key, delta) {
      const known = open.get(key) ?? { id: newId() }
      open.set(key, known)
      return { type: 'item.delta', item_id: known.id, delta }
    },
    failOpen: (scope) => complete((key) => key === scope || key.startsWith(`${scope}:`)),
    failAll: () => complete(() => true),
    closeTurn() {
      const events = complete((key) => key.startsWith('turn:'))
      open.clear()
      return events
    },
  }
}

function asEnded(body: ThreadItemBody): ThreadItemBody {
  if (body.type === 'approval') return { ...body, status: 'resolved' }
  if (body.type === 'review') return body.status === 'in_progress' ? { ...body, status: 'aborted' } : body
  return 'status' in body && body.status === 'in_progress' ? { ...body, status: 'failed' } : body
}
