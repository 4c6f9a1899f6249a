import { setTimeout as wait } from 'node:timers/promises'
import { CodexError, type ThreadItem, type ToolCallItem, type ToolCallOutputItem } from '../../plugin-api/index.ts'
import type { ItemLedger, ToolStreamEvent } from '../../tools/index.ts'
import type { TurnTools } from '../turn.ts'
import type { RecordedTurn } from './read-recording.ts'
import type { RecordingLineOf } from './recording-lines.ts'

interface ReplayToolsDeps {
  readonly file: string
  readonly ledger: ItemLedger
  /** As `ReplayOptions` has it. */
  readonly speed?: number | undefined
  requestsMade(): number
}

/** Tools that carry nothing out: they show and give what the recording has for a call. */
export function replayTools(turn: RecordedTurn, deps: ReplayToolsDeps): TurnTools {
  const shown = (line: RecordingLineOf<'item'>) => shownAgain(line.event, deps.ledger)
  return {
    // Requests are those of the recording; what they offered is not compared with what is installed here.
    specs: async () => turn.requests[deps.requestsMade()]?.request.tools ?? [],
    isParallel: async () => false,
    async *dispatch(call, _trace, signal) {
      signal.throwIfAborted()
      const output = turn.outputs.get(call.call_id)
      const lines = turn.items.get(call.call_id) ?? []
      const pace = keepPace(deps.speed)
      for (const line of lines) {
        await pace(line.at_ms, signal)
        yield* shown(line)
      }
      if (output) await pace(output.at_ms, signal)
      if (output?.name !== call.name) throw notRecorded(call, deps.file)
      return output.output as unknown as ToolCallOutputItem // checked as it was read
    },
    *ended() {
      for (const line of turn.items.get('') ?? []) yield* shown(line)
    },
  }
}

/** Waits as long as it took, by the times of the lines; the first does not wait. */
function keepPace(speed: number | undefined): (atMs: number, signal: AbortSignal) => Promise<void> {
  let last: number | undefined
  return async (atMs, signal) => {
    const passedMs = last === undefined ? 0 : atMs - last
    last = atMs
    if (speed !== undefined && passedMs > 0) await wait(passedMs / speed, undefined, { signal })
  }
}

/** The event with ids of this run: what had one id has one again. */
function* shownAgain(event: RecordingLineOf<'item'>['event'], ledger: ItemLedger): Generator<ToolStreamEvent> {
  if (event.type === 'call.failed') {
    yield event as unknown as ToolStreamEvent // as it was written
    return
  }
  if (event.type === 'item.delta') {
    yield ledger.delta(`open:recorded-${String(event.item_id)}`, String(event.delta))
    return
  }
  const { id, ...body } = event.item as ThreadItem // as it was written
  yield ledger.record(`open:recorded-${id}`, body, event.type === 'item.completed')
}

function notRecorded(call: ToolCallItem, file: string): CodexError {
  return new CodexError('replay.ended', `${file} has no result of the call ${call.call_id} of ${call.name}`, {
    hint: 'The recording ends in that call. Without --replay-tools recorded the tools really run.',
    location: { file },
  })
}
