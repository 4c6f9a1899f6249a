import { CodexError } from '../plugin-api/errors.ts'
import { promptOf } from './library/prompt-of.ts'
import type { RolloutLine } from './rollout-lines.ts'

/** As long as the part of an id that is its time: what lists show. */
const shownLength = 13
const maxPromptLength = 60
/** Turns that an error names. */
const mostNamed = 10

interface TurnLines {
  readonly id: string
  /** Index of the line behind its last one. */
  end: number
  prompt: string
}

/**
 * The lines of a record up to the end of one of its turns, with it.
 *
 * @param said its number, from 1, its id, or the beginning of its id (8 characters or more)
 * @throws CodexError `thread.no_such_turn`, with the turns that there are
 */
export function linesUpToTurn(lines: readonly RolloutLine[], said: string): readonly RolloutLine[] {
  const turns = turnsOf(lines)
  const isNumber = /^\d{1,6}$/.test(said)
  const named = isNumber
    ? turns.slice(Number(said) - 1, Number(said))
    : turns.filter(({ id }) => said.length >= 8 && id.startsWith(said.toLowerCase()))
  const [turn, ...others] = named
  if (turn && others.length === 0) return lines.slice(0, turn.end)
  const what =
    others.length > 0 ? `"${said}" begins the ids of ${named.length} turns` : `The thread has no turn ${said}`
  const hidden = turns.length - mostNamed
  const list = turns
    .map(({ id, prompt }, index) => `${index + 1} (${id.slice(0, shownLength)}) ${prompt}`)
    .slice(-mostNamed)
  throw new CodexError('thread.no_such_turn', what, {
    hint:
      turns.length === 0
        ? 'Its record names no turns: fork it as it is.'
        : `Its turns are ${[...(hidden > 0 ? [`(${hidden} more before)`] : []), ...list].join('; ')}`,
  })
}

/** The turns of a record. What stands between the end of one and the next belongs to the next: warnings. */
function turnsOf(lines: readonly RolloutLine[]): readonly TurnLines[] {
  const turns: TurnLines[] = []
  let isOpen = false
  for (const [index, { type, payload }] of lines.entries()) {
    const turn = turns.at(-1)
    if (type === 'event_msg' && payload.type === 'task_started' && typeof payload.turn_id === 'string') {
      turns.push({ id: payload.turn_id, end: index + 1, prompt: '' })
      isOpen = true
      continue
    }
    if (!turn || !isOpen) continue
    turn.end = index + 1
    if (type === 'response_item' && turn.prompt === '') {
      turn.prompt = promptOf(payload)?.split('\n', 1)[0]?.slice(0, maxPromptLength) ?? ''
    }
    if (type === 'event_msg' && (payload.type === 'task_complete' || payload.type === 'turn_aborted')) isOpen = false
  }
  return turns
}
