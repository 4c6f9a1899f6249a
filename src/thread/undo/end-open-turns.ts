import type { RecordedTurn } from './undo-log.ts'

/**
 * Gives the turns whose program was ended an end: what the next turn found, or what is there now. What a person did in between cannot be told
 * apart from what the turn did, which `unended` says.
 *
 * @param turns oldest first
 * @param isRunning of the thread of a turn: its last turn is left open
 * @param now git tree of the files as they are; asked for where a turn needs it, undefined where they cannot be recorded
 */
export async function endOpenTurns(
  turns: readonly RecordedTurn[],
  isRunning: (thread: string) => boolean,
  now: () => Promise<string | undefined>,
): Promise<readonly RecordedTurn[]> {
  const ended: RecordedTurn[] = []
  for (const [index, turn] of turns.entries()) {
    if (turn.before === undefined || turn.after !== undefined) {
      ended.push(turn)
      continue
    }
    const later = turns.slice(index + 1)
    const isLastOfThread = !later.some(({ thread }) => thread === turn.thread)
    const next = later.find(({ before }) => before)
    const after = isLastOfThread && isRunning(turn.thread) ? undefined : (next?.before ?? (await now()))
    const endedAt = next && { endedAt: next.begunAt }
    ended.push(after === undefined ? turn : { ...turn, after, ...endedAt, unended: true })
  }
  return ended
}
