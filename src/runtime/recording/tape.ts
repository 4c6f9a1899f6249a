import type { ThreadEvent, ThreadRequest } from '../../plugin-api/index.ts'
import type { ThreadRun } from '../../thread/run-thread.ts'
import type { ThreadRecord } from '../../thread/thread-record.ts'
import type { MayStop, TurnMessages, TurnTools } from '../../thread/turn.ts'
import type { ItemLedger } from '../../tools/index.ts'
import type { ChosenStages, StageDeps } from '../choose-stages.ts'

/** What stands between a run and all that it gets from outside: it writes that down, or gives what was written down. */
export interface Tape {
  /** The request, with what a person answers. */
  asked(request: ThreadRequest): ThreadRequest
  /** The part of a turn that begins. @throws CodexError `replay.ended` where the recording has none */
  turn(about: TapedTurn): TurnTape
  /** Messages that waited for the turn before; none where a run is recorded. */
  readonly queued: readonly string[]
  /** Runs a turn of which nothing is carried out; undefined: it runs as ever. */
  runTurn(request: ThreadRequest, about: TapedTurn, signal: AbortSignal): AsyncGenerator<ThreadEvent> | undefined
  close(): Promise<void>
}

/** Which turn it is. */
export interface TapedTurn {
  readonly way: 'prompt' | 'queue' | 'delegation'
  /** As it was typed. */
  readonly asked: string
  /** Id of the agent. */
  readonly agent?: string | undefined
}

/** The part of one turn. */
export interface TurnTape {
  /** Of a replay: who answers, and what was said before. Absent: as the configuration and the thread have it. */
  readonly replayed?: {
    stages(deps: StageDeps, signal: AbortSignal): Promise<ChosenStages>
    readonly before: Pick<ThreadRecord, 'history' | 'foundTools'> | undefined
  }
  /** The run as it goes on. @throws CodexError `recording.unwritable` */
  run(run: ThreadRun, ledger: ItemLedger): ThreadRun
  tools(tools: TurnTools): TurnTools
  messages(messages: TurnMessages | undefined): TurnMessages | undefined
  mayStop(mayStop: MayStop | undefined): MayStop | undefined
  /** Sees each event before it is shown. @throws CodexError `recording.unwritable` */
  see(event: ThreadEvent): void
}
