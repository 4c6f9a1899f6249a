import type { CFunction } from './c-library.ts'

/** Signals may come as one: all that run are asked. A lost one is made up for by the next look. */
const lookMs = 500
/** wait(2) of Linux. */
const doNotWait = 1

interface Child {
  readonly isWaitedFor: boolean
  readonly settle: (exitCode: number) => void
}

/**
 * Watches over children that Node does not know of; to be called before the first is started. Node asks for its own one by one, and leaves
 * these alone. What comes back gives the exit code of one, 128 + N where signal N ended it; where it is waited for, this program goes on
 * until then, as it does for a child of Node's.
 */
export function watchChildren(waitpid: CFunction): (pid: number, isWaitedFor: boolean) => Promise<number> {
  const running = new Map<number, Child>()
  let looking: NodeJS.Timeout | undefined

  function look(): void {
    for (const [pid, { settle }] of running) {
      const status = new Int32Array(1)
      const ended = waitpid(pid, status, doNotWait)
      if (ended === 0) continue
      running.delete(pid)
      // Somebody else has asked for it, which nothing here does: how it ended is not known.
      settle(ended === pid ? exitCodeOf(status[0] ?? 0) : 255)
    }
    keepLooking()
  }

  /** A timer keeps this program going, where it waits for a child. */
  function keepLooking(): void {
    if (running.values().some(({ isWaitedFor }) => isWaitedFor)) looking ??= setInterval(look, lookMs)
    else {
      clearInterval(looking)
      looking = undefined
    }
  }

  process.on('SIGCHLD', look)
  return (pid, isWaitedFor) =>
    new Promise((settle) => {
      running.set(pid, { isWaitedFor, settle })
      keepLooking()
    })
}

/** wait(2): the low seven bits are a signal, or 0 and the code is above them. */
function exitCodeOf(status: number): number {
  const signal = status & 0x7f
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal
}
