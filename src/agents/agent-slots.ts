/** Room for a number of agents that run at the same time. */
export interface AgentSlots {
  /** Resolves in the order of asking, when there is room. @throws the abort reason, which takes this wish alone away */
  take(signal: AbortSignal): Promise<AgentSlot>
}

/** The room that one agent has. */
export interface AgentSlot {
  /**
   * Gives the room to others while the agent waits for one that it has handed work to, and takes it back behind that: agents that wait
   * for each other would else fill it for good. @throws what `work` throws; the abort reason
   */
  lend<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result>
  release(): void
}

/** @param most agents at the same time, 1 or more */
export function createAgentSlots(most: number): AgentSlots {
  let free = most
  const waiting: (() => void)[] = []

  function giveBack(): void {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }

  async function takeRoom(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (free > 0) {
      free -= 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const stop = () => {
      const index = waiting.indexOf(resolve)
      if (index < 0) return // room was given already: whoever has it gives it back
      waiting.splice(index, 1)
      reject(signal.reason)
    }
    waiting.push(resolve)
    signal.addEventListener('abort', stop, { once: true })
    await promise.finally(() => signal.removeEventListener('abort', stop))
  }

  return {
    async take(signal) {
      await takeRoom(signal)
      let state: 'held' | 'lent' | 'over' = 'held'
      let waitsFor = 0
      return {
        async lend(work, abort) {
          if (waitsFor++ === 0 && state === 'held') {
            state = 'lent'
            giveBack()
          }
          try {
            return await work()
          } finally {
            if (--waitsFor === 0 && state === 'lent') {
              await takeRoom(abort)
              if (waitsFor > 0 || state !== 'lent') giveBack()
              else state = 'held'
            }
          }
        },
        release() {
          if (state === 'held') giveBack()
          state = 'over'
        },
      }
    },
  }
}
