import { untilAborted } from '../kernel/until-aborted.ts'

/** What draws on the terminal while nothing is asked. */
interface Drawing {
  suspend(): void
  resume(): void
}

/** Who reads the terminal's lines while nothing is asked. */
interface LineReader {
  /** Resolves when what was typed before is read, and the next key is for somebody else. */
  suspend(): Promise<void>
  /** Reads what was typed by now and forgets it; while it is suspended. */
  drop(): Promise<void>
  resume(): void
}

/** The terminal that a running thread is shown on, and a person is asked on. */
export interface SharedTerminal {
  /** From now on this makes room for questions. */
  attach(drawing: Drawing): void
  /** From now on this reads, but for the answers to questions. */
  attachReader(reader: LineReader): void
  /**
   * Asks while nothing else is drawn, and nobody else reads: one question after the other, in the order in which they come. What is typed
   * before a question is shown answers it no more than it answers the one before. @throws the abort reason, which takes this question alone away
   */
  alone<Result>(ask: () => Promise<Result>, signal: AbortSignal): Promise<Result>
  /** Writes while nothing else is drawn. */
  say(write: () => void): void
}

/** Shares it. */
export function shareTerminal(): SharedTerminal {
  let drawing: Drawing | undefined
  let reader: LineReader | undefined
  /** Settles, and never rejects, when the question that came last is over. */
  let last: Promise<unknown> = Promise.resolve()
  let open = 0
  let isSuspended = false

  async function makeRoom(): Promise<void> {
    if (isSuspended) return await reader?.drop()
    isSuspended = true
    drawing?.suspend()
    await reader?.suspend()
  }

  function giveBack(): void {
    if (--open > 0 || !isSuspended) return
    isSuspended = false
    reader?.resume()
    drawing?.resume()
  }

  async function askNow<Result>(ask: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    try {
      signal.throwIfAborted()
      await makeRoom()
      signal.throwIfAborted()
      return await ask()
    } finally {
      giveBack()
    }
  }

  return {
    attach(given) {
      drawing = given
    },
    attachReader(given) {
      reader = given
    },
    async alone(ask, signal) {
      open += 1
      const asked = last.then(() => askNow(ask, signal))
      last = asked.catch(() => undefined) // told to the one that asks
      return await untilAborted(asked, signal)
    },
    say(write) {
      if (!isSuspended) drawing?.suspend()
      write()
      if (!isSuspended) drawing?.resume()
    },
  }
}
