import { setTimeout as sleep } from 'node:timers/promises'

/** How retries are spaced. Tests give their own, so that they need not wait. */
export interface Pace {
  /** Resolves after so many milliseconds. @throws the abort reason */
  wait(delayMs: number, signal: AbortSignal): Promise<void>
  /** From 0 to below 1. */
  random(): number
}

export const pace: Pace = {
  async wait(delayMs, signal) {
    await sleep(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted())
  },
  random: Math.random,
}

const firstDelayMs = 200
/** A server that asks for longer is not waited for: the turn fails and says how long. */
export const longestDelayMs = 60_000

/** Milliseconds before retry number `attempt` (from 0): what the server asked for, else 200, 400, 800 … ± 10 %. */
export function retryDelayMs(attempt: number, askedMs: number | undefined, random: () => number): number {
  if (askedMs !== undefined) return Math.min(askedMs, longestDelayMs)
  return Math.min(firstDelayMs * 2 ** attempt, longestDelayMs) * (0.9 + random() * 0.2)
}
