/** What draws on the terminal while nothing is asked. */
interface Drawing {
  suspend(): void
  resume(): void
}

/** The terminal that a running thread is shown on, and a person is asked on. */
export interface SharedTerminal {
  /** From now on this makes room for questions. */
  attach(drawing: Drawing): void
  /** Asks while nothing else is drawn. */
  alone<Result>(ask: () => Promise<Result>): Promise<Result>
}

/** Shares it. */
export function shareTerminal(): SharedTerminal {
  let drawing: Drawing | undefined
  let asking = 0
  return {
    attach(given) {
      drawing = given
    },
    async alone(ask) {
      if (asking++ === 0) drawing?.suspend()
      try {
        return await ask()
      } finally {
        if (--asking === 0) drawing?.resume()
      }
    },
  }
}
