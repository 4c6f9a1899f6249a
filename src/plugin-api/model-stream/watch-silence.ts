import { BrokenStream } from './broken-stream.ts'

/** How many times the idle time a stream may go on without an event, while its server says that it still works. */
const keptAliveTimes = 10
/** A timer takes no more than 31 bits and would fire at once. */
const longestTimerMs = 2 ** 31 - 1

/** A watch over a response that is waited for. */
export interface SilenceWatch {
  /** Aborts with a BrokenStream. */
  readonly signal: AbortSignal
  /** An event came. */
  touch(): void
  /** Something came that is no event. */
  keepAlive(): void
  stop(): void
}

/**
 * Aborts where nothing comes for the idle time, and where no event comes for ten times as long: a comment such as
 * `: OPENROUTER PROCESSING` stands for a model that thinks, but one that is sent for ever stands for nothing.
 */
export function watchSilence(idleTimeoutMs: number): SilenceWatch {
  const silent = new AbortController()
  const end = () => silent.abort(new BrokenStream('idle timeout waiting for SSE'))
  const idle = setTimeout(end, Math.min(idleTimeoutMs, longestTimerMs))
  const eventless = setTimeout(end, Math.min(idleTimeoutMs * keptAliveTimes, longestTimerMs))
  return {
    signal: silent.signal,
    touch() {
      idle.refresh()
      eventless.refresh()
    },
    keepAlive: () => void idle.refresh(),
    stop() {
      clearTimeout(idle)
      clearTimeout(eventless)
    },
  }
}
