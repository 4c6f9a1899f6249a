/** What draws on the terminal while nothing is asked. */
interface Drawing {
  suspend(): void
  resume(): void
}

/** Who reads the terminal's lines while nothing is asked. */
interface LineReader {
  /** Resolves when what was typed before is read, and the next key is for somebody else. */
  suspend(): Promise<void>
  resume(): void
}

/** The terminal that a running thread is shown on, and a person is asked on. */
export interface SharedTerminal {
  /** From now on this makes room for questions. */
  attach(drawing: Drawing): void
  /** From now on this reads, but for the answers to questions. */
  attachReader(reader: LineReader): void
  /** Asks while nothing else is drawn, and nobody else reads. */
  alone<Result>(ask: () => Promise<Result>): Promise<Result>
  /** Writes while nothing else is drawn. */
  say(write: () => void): void
}

/** Shares it. */
export function shareTerminal(): SharedTerminal {
  let drawing: Drawing | undefined
  let reader: LineReader | undefined
  let asking = 0
  return {
    attach(given) {
      drawing = given
    },
    attachReader(given) {
      reader = given
    },
    async alone(ask) {
      if (asking++ === 0) {
        drawing?.suspend()
        await reader?.suspend()
      }
      try {
        return await ask()
      } finally {
        if (--asking === 0) {
          reader?.resume()
          drawing?.resume()
        }
      }
    },
    say(write) {
      if (asking === 0) drawing?.suspend()
      write()
      if (asking === 0) drawing?.resume()
    },
  }
}
