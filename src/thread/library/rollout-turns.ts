import type { ThreadItem, ThreadTurn } from '../../plugin-api/index.ts'
import type { RolloutLine } from '../rollout-lines.ts'
import { promptOf } from './prompt-of.ts'
import { threadItemOf } from './thread-item-of.ts'

/** What a turn is made of while its lines are read. */
interface OpenTurn {
  id?: string
  started: string
  ended?: string
  /** False: no line said that it began, as in records of older programs. */
  isBegun: boolean
  /** The prompt, as the record names it. */
  named?: string
  /** What people say in the history, but for what was said while the turn ran; before the prompt there may stand an earlier thread's. */
  readonly said: string[]
  /** What was said while it ran, until the history has it too. */
  readonly added: string[]
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
    const turn = newTurn(timestamp, false)
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
      const { said, added } = askedIn(current(timestamp), { isNamed: false }, timestamp, turns)
      const place = added.indexOf(text)
      if (place === -1) said.push(text)
      else added.splice(place, 1)
    }
    if (type === 'event_msg') readEvent(payload, timestamp, turns, current)
  }
  return turns.map(({ named, said, added, isBegun, ...turn }) => ({ ...turn, prompt: named ?? said.at(-1) ?? '' }))
}

function newTurn(started: string, isBegun: boolean): OpenTurn {
  return { started, isBegun, said: [], added: [], items: [], status: 'open' }
}

/** The turn that a person's words belong to: where no line says that turns begin, each question begins one. */
function askedIn(turn: OpenTurn, asked: { readonly isNamed: boolean }, timestamp: string, turns: OpenTurn[]): OpenTurn {
  const { isBegun, named, said, items } = turn
  const isAsked = named !== undefined || said.length > 0
  // Such records say it as an item of the history and as an event, which may differ by what stands around images.
  const isSaidAgain = items.length === 0 && (named !== undefined) !== asked.isNamed
  if (isBegun || !isAsked || isSaidAgain) return turn
  turn.status = 'completed'
  const next = newTurn(timestamp, false)
  turns.push(next)
  return next
}

/** Takes in a prompt that the record names. What a person said later in a turn was said while it ran. */
function readPrompt(turn: OpenTurn, text: string): void {
  const { named, items } = turn
  if (named === undefined) turn.named = text
  else if (text !== named && !items.some((item) => item.type === 'user_message' && item.text === text))
    items.push({ id: '', type: 'user_message', text, way: 'steer' })
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
      const isWarned =
        last?.status === 'open' && last.id === undefined && last.named === undefined && last.said.length === 0
      const turn = isWarned ? last : newTurn(timestamp, true)
      turn.isBegun = true
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
      if (item.type === 'prompt') {
        readPrompt(askedIn(turn, { isNamed: true }, timestamp, turns), item.text)
        return
      }
      if (item.type === 'user_message') turn.added.push(item.text)
      turn.items.push(item)
    }
  }
}
