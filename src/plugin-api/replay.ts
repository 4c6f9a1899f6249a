import type { ModelEvent, ModelRequest } from './provider.ts'

/** How a thread is recorded (`--record FILE`). */
export interface RecordOptions {
  /** The file that is written, absolute or relative to the directory. */
  readonly file: string
  /** Write it anew where it is there already. Default false: then nothing runs. */
  readonly overwrite?: boolean
}

/** How a recorded thread runs again (`--replay FILE`). */
export interface ReplayOptions {
  /** The recording, absolute or relative to the directory. */
  readonly file: string
  /** `run`: the tools really run, and what they give has to lead to the recorded requests. `recorded`: nothing runs, and their results are those of the recording. Default `run`. */
  readonly tools?: 'run' | 'recorded'
  /** 1: as fast as it was, 2: twice as fast. Absent: as fast as it goes. */
  readonly speed?: number
  /** Say where a request differs, and go on with the recorded answer. Default false: the turn fails. */
  readonly lenient?: boolean
}

/** What a recording has for one thread: handed to the provider that answers from it. */
export interface ReplayedThread {
  /** The recording, for messages. */
  readonly file: string
  /** As `ReplayOptions` has it. */
  readonly speed?: number
  /** As `ReplayOptions` has it. */
  readonly lenient: boolean
  /** The next request of the recorded thread; each is given once. Undefined where it made no more. */
  next(): RecordedRequest | undefined
  /** A text of this run as a recording would have it: places, ids, times and durations that differ from run to run are named alike. */
  neutral(text: string): string
}

/** A request that a recorded thread made, and what came. */
export interface RecordedRequest {
  /** From 1, in its thread. */
  readonly number: number
  /** Line of the recording, from 1. */
  readonly line: number
  /** What was asked. Its texts are neutral, with `[redacted]` where a secret stood. */
  readonly request: RecordedQuestion
  /** What came, with the places of this run. */
  readonly events: readonly RecordedEvent[]
  /** How it ended; `cut`: the recording does not say. */
  readonly end: 'completed' | 'failed' | 'interrupted' | 'cut'
  /** Of one that failed. */
  readonly failure?: { readonly code: string; readonly message: string; readonly hint?: string }
}

/** What of a request is the same in every run. */
export type RecordedQuestion = Pick<ModelRequest, 'model' | 'input' | 'tools'>

/** One event of a recorded answer. */
export interface RecordedEvent {
  /** Milliseconds since the request began. */
  readonly afterMs: number
  /** What the model said. */
  readonly event: ModelEvent
}
