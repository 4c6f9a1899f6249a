import type { MayStop } from '../turn.ts'
import type { RecordedTurn } from './read-recording.ts'

/** What made the turn go on does so again after as many requests. Undefined where nothing did. */
export function replayStops({ stops }: RecordedTurn, requestsMade: () => number): MayStop | undefined {
  if (stops.length === 0) return undefined
  return async () => stops.find(({ after_requests: count }) => count === requestsMade())?.refusal
}
