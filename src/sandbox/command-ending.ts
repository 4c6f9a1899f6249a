import { endProcessGroup, endProcessTree } from './end-process-tree.ts'
import type { SpawnedProcess } from './native/posix-spawn.ts'
import type { ProcessMark } from './process-mark.ts'

/** Ends a running command; asking again, or once it has ended, does nothing more. */
export interface CommandEnding {
  /** With 40 ms to end by itself, so that an interrupt is answered within 100 ms; cuts a time-out's grace short. */
  interrupt(): void
  /** With a second to end by itself. False where it had ended already. */
  timeOut(): boolean
  /** Resolves when the command has ended and nothing more is sent to it. */
  finished(): Promise<void>
}

export interface EndingRules {
  /** True: everything ends with the first process, as in a process namespace; that one passes no SIGTERM on. */
  readonly endsTogether: boolean
  /** True: what bears the mark ends with the command too, when that ends by itself. */
  readonly endsStrays: boolean
}

/**
 * How to end a process.
 *
 * @param mark what its descendants bear
 */
export function createCommandEnding(
  process: SpawnedProcess,
  mark: ProcessMark,
  { endsTogether, endsStrays }: EndingRules,
): CommandEnding {
  const interrupted = new AbortController()
  let hasExited = false
  let ending: Promise<void> | undefined
  const exited = process.exited.then(() => {
    hasExited = true
    // What it left in the background ends with it.
    endProcessGroup(process.pid)
    if (endsStrays) mark.end()
  })
  /**
   * A bubblewrap killed while it sets up may leave the first process of its namespace behind, which has left the group and
   * does not yet end with its parent (1 to 3 of 100 kills at a random moment of the first 12 ms): it bears the mark.
   */
  const endTogether = async (): Promise<void> => {
    endProcessGroup(process.pid)
    await exited
    mark.end()
  }
  const end = (graceMs: number): void => {
    ending ??= endsTogether
      ? endTogether()
      : endProcessTree(process.pid, exited, graceMs, interrupted.signal).then(mark.end)
  }

  return {
    interrupt() {
      if (hasExited) return
      if (ending) interrupted.abort()
      end(40)
    },
    timeOut() {
      if (hasExited) return false
      end(1_000)
      return true
    },
    async finished() {
      await exited
      await ending
    },
  }
}
