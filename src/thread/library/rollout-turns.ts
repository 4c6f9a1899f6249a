import type { ThreadItem, ThreadTurn } from '../../plugin-api/index.ts'
import type { RolloutLine } from '../rollout-lines.ts'
import { promptOf } from './prompt-of.ts'
import { threadItemOf } from './thread-item-of.ts'

/** What a turn is made of while its lines are read. */
interface OpenTurn {
  id?: string
  started: string
  ended?: string
  /** As the record names it, or as the history has it where it does not. */
  prompt: { readonly text: string; readonly isNamed: boolean }
  readonly items: ThreadItem[]
  patches?: string[]
  status: ThreadTurn['status']
  error?: string
}

/** The turns of a thread's record, oldest first. Lines of unknown types are passed over; records of older programs have no turn ids. */
export function rolloutTurns(lines: Iterable<RolloutLine>): readonly ThreadTurn[] {
  const turns: OpenTurn[] = []
  const current = (timestamp: string): OpenTurn => {
    const last = turns.at(-1)
    if (last?.status === 'open') return last
    const turn: OpenTurn = { started: timestamp, prompt: { text: '', isNamed: false }, items: [], status: 'open' }
    turns.push(turn)
    return turn
  }
  for (const { timestamp, type, payload } of lines) {
    if (type === 'response_item') {
      const patch = patchIn(payload)
      if (patch !== undefined) {
        const turn = current(timestamp)
        turn.patches = [...(turn.patches ?? []), patch]
      }
      const text = promptOf(payload)
      if (text === undefined) continue
      const turn = current(timestamp)
      if (!turn.prompt.isNamed) turn.prompt = { text, isNamed: false }
    }
    if (type === 'event_msg') readEvent(payload, timestamp, turns, current)
  }
  return turns.map(({ prompt, ...turn }) => ({ ...turn, prompt: prompt.text }))
}

/** What a call holds of a patch. */
function patchIn({ type, input, arguments: given }: RolloutLine['payload']): string | undefined {
  const text = type === 'custom_tool_call' ? input : type === 'function_call' ? given : undefined
  return typeof text === 'string' && text.includes('*** Begin Patch') ? text : undefined
}

function readEvent(
  payload: RolloutLine['payload'],
  timestamp: string,
  turns: OpenTurn[],
  current: (timestamp: string) => OpenTurn,
): void {
  switch (payload.type) {
    case 'task_started': {
      // A turn whose program was ended stays open before the next one; warnings of a turn stand before its beginning.
      const last = turns.at(-1)
      const isWarned = last?.status === 'open' && last.id === undefined && last.prompt.text === ''
      const turn: OpenTurn = isWarned
        ? last
        : { started: timestamp, prompt: { text: '', isNamed: false }, items: [], status: 'open' }
      if (typeof payload.turn_id === 'string') turn.id = payload.turn_id
      if (!isWarned) turns.push(turn)
      return
    }
    case 'task_complete': {
      const turn = current(timestamp)
      const error = payload.error as { message?: unknown } | null | undefined // its message is checked below
      turn.ended = timestamp
      turn.status = error ? 'failed' : 'completed'
      if (typeof error?.message === 'string') turn.error = error.message
      return
    }
    case 'turn_aborted': {
      const turn = current(timestamp)
      turn.ended = timestamp
      turn.status = 'interrupted'
      return
    }
    case 'error': {
      const message = String(payload.message ?? '')
      current(timestamp).items.push({ id: '', type: 'error', message })
      return
    }
    default: {
      const item = threadItemOf(payload)
      if (item === undefined) return
      const turn = current(timestamp)
      if (item.type === 'prompt') turn.prompt = { text: item.text, isNamed: true }
      else turn.items.push(item)
    }
  }
}
