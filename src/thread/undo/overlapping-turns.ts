import type { RecordedTurn } from './undo-log.ts'

/** A piece of time with the files as they were at both ends of it. */
export type RecordedSpan = Pick<RecordedTurn, 'before' | 'after' | 'begunAt' | 'endedAt'>

/** The other turns that were running while one of these was: what changed then stands in the records of both. */
export function overlappingTurns(
  turns: readonly RecordedTurn[],
  all: readonly RecordedTurn[],
): readonly RecordedTurn[] {
  const chosen = new Set(turns.map(({ turn }) => turn))
  return all.filter((other) => !chosen.has(other.turn) && turns.some((turn) => haveMet(turn, other)))
}

/** Turns that were running at the same time as one span each: together they did what is different between its ends. */
export function joinOverlapping(turns: readonly RecordedTurn[]): readonly RecordedSpan[] {
  const spans: RecordedSpan[] = []
  for (const turn of turns.toSorted((a, b) => a.begunAt - b.begunAt)) {
    const last = spans.at(-1)
    if (last === undefined || !haveMet(last, turn)) spans.push(turn)
    else if (endOf(turn) > endOf(last)) {
      const { before: _, begunAt: __, ...later } = turn
      spans.splice(-1, 1, { ...last, ...later })
    }
  }
  return spans
}

function haveMet(a: RecordedSpan, b: RecordedSpan): boolean {
  if (a.before === undefined || b.before === undefined) return false
  return a.begunAt < endOf(b) && b.begunAt < endOf(a)
}

function endOf({ endedAt }: RecordedSpan): number {
  return endedAt ?? Number.POSITIVE_INFINITY
}
