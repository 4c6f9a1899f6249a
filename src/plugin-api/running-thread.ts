import type { ThreadEvent } from './events.ts'

/** A message for a thread whose turn runs. */
export interface AddedMessage {
  /** Plain text. */
  readonly text: string
  /** The turn that is meant: refused where another one runs by now. Absent: whichever runs. */
  readonly expectedTurnId?: string
}

/** A thread whose turn runs: the stream of its events, and the ways to say something to it meanwhile. */
export interface RunningThread extends AsyncIterable<ThreadEvent> {
  /**
   * Adds a message to the turn that runs, from `turn.started` on: it goes with the turn's next request to the model, and is a `user_message`
   * item then. A turn whose model is done goes on for it. What an interruption or a failure leaves unsent moves to the head of `queued`.
   *
   * @throws CodexError `thread.idle`, `thread.other_turn`, `thread.not_steerable` (a playbook, a summary of the thread)
   */
  steer(message: AddedMessage): { readonly turnId: string }
  /**
   * Keeps a message for after the turn: where that completes, the stream goes on with a turn for it, as if it were typed then (`/name` and
   * `@id` included). Nothing is sent after a turn that failed or was interrupted.
   *
   * @throws CodexError `thread.idle` once the stream has ended, `thread.not_kept` for one without a record
   */
  queue(message: Pick<AddedMessage, 'text'>): void
  /** Messages that wait for a turn of their own, in order; what remains when the stream ends was not sent. */
  readonly queued: readonly string[]
}
