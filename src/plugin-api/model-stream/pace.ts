import type { Pace } from './model-api.ts'

/** By the clock. */
export const pace: Pace = { wait, random: Math.random }

/** Resolves after so many milliseconds. @throws the abort reason */
export async function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, delayMs)
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

const firstDelayMs = 200
/** A server that asks for longer is not waited for: the turn fails and says how long. */
export const longestDelayMs = 60_000

/** True where the server asks for a longer pause than any retry makes. */
export function asksTooLong(askedMs: number | undefined): askedMs is number {
  return askedMs !== undefined && askedMs > longestDelayMs
}

/** What a hint says of such a pause. */
export function tooLongHint(askedMs: number): string {
  return `The server asks to wait ${Math.ceil(askedMs / 1000)} s.`
}

/** Milliseconds before retry number `attempt` (from 0): what the server asked for, else 200, 400, 800 … ± 10 %. */
export function retryDelayMs(attempt: number, askedMs: number | undefined, random: () => number): number {
  if (askedMs !== undefined) return Math.min(askedMs, longestDelayMs)
  return Math.min(firstDelayMs * 2 ** attempt, longestDelayMs) * (0.9 + random() * 0.2)
}
