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
      const turn = askedIn(current(timestamp), { text, isNamed: false }, timestamp, turns)
      if (turn.prompt.text === '') turn.prompt = { text, isNamed: false }
    }
    if (type === 'event_msg') readEvent(payload, timestamp, turns, current)
  }
  return turns.map(({ prompt, isBegun, ...turn }) => ({ ...turn, prompt: prompt.text }))
}

function newTurn(started: string, isBegun: boolean): OpenTurn {
  return { started, isBegun, prompt: { text: '', isNamed: false }, items: [], status: 'open' }
}

/** The turn that a person's words belong to: where no line says that turns begin, each question begins one. */
function askedIn(turn: OpenTurn, asked: OpenTurn['prompt'], timestamp: string, turns: OpenTurn[]): OpenTurn {
  const { isBegun, prompt, items } = turn
  // Such records say it as an item of the history and as an event, which may differ by what stands around images.
  const isSaidAgain = items.length === 0 && prompt.isNamed !== asked.isNamed
  if (isBegun || prompt.text === '' || isSaidAgain) return turn
  turn.status = 'completed'
  const next = newTurn(timestamp, false)
  turns.push(next)
  return next
}

/** Takes in a prompt that the record names. What a person said later in a turn was said while it ran. */
function readPrompt(turn: OpenTurn, text: string): void {
  const { prompt, items } = turn
  if (!prompt.isNamed) turn.prompt = { text, isNamed: true }
  else if (text !== prompt.text && !items.some((item) => item.type === 'user_message' && item.text === text))
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
      const isWarned = last?.status === 'open' && last.id === undefined && last.prompt.text === ''
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
        const named = { text: item.text, isNamed: true }
        readPrompt(askedIn(turn, named, timestamp, turns), item.text)
      } else turn.items.push(item)
    }
  }
}
