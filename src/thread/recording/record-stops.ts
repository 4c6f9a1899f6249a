import type { MayStop } from '../turn.ts'
import type { TurnWriter } from './turn-writer.ts'

/** What makes a turn go on is written down. */
export function recordStops(mayStop: MayStop, lines: TurnWriter, requestsMade: () => number): MayStop {
  return async (turn, signal) => {
    const refusal = await mayStop(turn, signal)
    if (refusal !== undefined) lines.write({ type: 'stop', after_requests: requestsMade(), refusal })
    return refusal
  }
}
