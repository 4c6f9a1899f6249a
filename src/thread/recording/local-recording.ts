import { mapTexts, type PlaceNames } from './place-names.ts'
import type { RecordedTurn, Recording } from './read-recording.ts'
import { withoutVariation } from './without-variation.ts'

/** A recording with the places of this run; what requests are compared with, and approvals, stay by their names, without what varies. */
export function localRecording(recording: Recording, { toPlaces }: PlaceNames): Recording {
  const local = <Value>(value: Value): Value => mapTexts(value, toPlaces, toPlaces) as Value // only texts change
  const compared = <Value>(value: Value): Value => mapTexts(value, withoutVariation) as Value
  const localMap = <Value>(map: ReadonlyMap<string, Value>) =>
    new Map([...map].map(([key, value]) => [key, local(value)]))
  const localTurn = (turn: RecordedTurn): RecordedTurn => ({
    ...turn,
    line: local(turn.line),
    requests: turn.requests.map((each) => ({
      ...each,
      events: local(each.events),
      request: compared(each.request),
      ...(each.failure && { failure: local(each.failure) }),
    })),
    fallbacks: local(turn.fallbacks),
    messages: local(turn.messages),
    stops: local(turn.stops),
    items: localMap(turn.items),
    outputs: localMap(turn.outputs),
  })
  return {
    ...recording,
    header: local(recording.header),
    turns: recording.turns.map(localTurn),
    approvals: compared(recording.approvals),
    answers: local(recording.answers),
  }
}
