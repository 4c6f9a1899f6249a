import { type AddedMessage, CodexError } from '../plugin-api/index.ts'

/** Messages for the turn that runs: one side adds them, the turn takes them before each request. */
export interface TurnInbox {
  /** From here on messages are for this turn. @param refusal why it takes none; absent: it does */
  open(turnId: string, refusal?: string): void
  /** Adds one. @throws CodexError `thread.idle`, `thread.other_turn`, `thread.not_steerable` */
  add(message: AddedMessage): { readonly turnId: string }
  /** Those that were added since, oldest first. */
  take(): readonly string[]
  /** The same, for the last time where there are none: from then on none is added. */
  takeOrClose(): readonly string[]
  /** No more are added. Gives those that nobody took. */
  close(): readonly string[]
}

/** An inbox that is closed until a turn begins. */
export function createTurnInbox(): TurnInbox {
  let turn: { readonly turnId: string; readonly refusal: string | undefined } | undefined
  let waiting: string[] = []
  const take = () => {
    const taken = waiting
    waiting = []
    return taken
  }
  return {
    open(turnId, refusal) {
      turn = { turnId, refusal }
    },
    add({ text, expectedTurnId }) {
      if (!turn) throw idle()
      const { turnId, refusal } = turn
      if (expectedTurnId !== undefined && expectedTurnId !== turnId) throw otherTurn(expectedTurnId, turnId)
      if (refusal !== undefined) throw notSteerable(refusal)
      waiting.push(text)
      return { turnId }
    },
    take,
    takeOrClose() {
      if (waiting.length === 0) turn = undefined
      return take()
    },
    close() {
      turn = undefined
      return take()
    },
  }
}

/** Nothing can be added to a thread that does nothing. */
export function idle(): CodexError {
  return new CodexError('thread.idle', 'No turn of this thread runs, so there is nothing to add the message to', {
    hint: 'Begin a turn with it: codex resume ID "message".',
  })
}

function otherTurn(expected: string, running: string): CodexError {
  return new CodexError('thread.other_turn', `The message was meant for turn ${expected}, and turn ${running} runs`, {
    hint: 'Say which turn is meant now, or queue the message.',
  })
}

function notSteerable(refusal: string): CodexError {
  return new CodexError('thread.not_steerable', refusal, {
    hint: 'Queue the message: it is sent when this turn is over.',
  })
}
