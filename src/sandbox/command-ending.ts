import { endProcessGroup, endProcessTree } from './end-process-tree.ts'
import type { ProcessMark } from './process-mark.ts'
import type { StartedProcess } from './start-process.ts'

/** Ends a running command; asking again, or once it has ended, does nothing more. */
export interface CommandEnding {
  /** With 40 ms to end by itself, so that an interrupt is answered within 100 ms; cuts a time-out's grace short. */
  interrupt(): void
  /** With a second to end by itself. False where it had ended already. */
  timeOut(): boolean
  /** Resolves when the command has ended and nothing more is sent to it. */
  finished(): Promise<void>
}

/**
 * How to end a process.
 *
 * @param mark what its descendants bear. Absent: it is in a sandbox, where everything ends with the first process, which passes no SIGTERM on.
 * @param settings.endsStrays true: what bears the mark ends with the command too, when that ends by itself
 */
export function createCommandEnding(
  process: StartedProcess,
  mark: ProcessMark | undefined,
  { endsStrays }: { readonly endsStrays: boolean },
): CommandEnding {
  const interrupted = new AbortController()
  let hasExited = false
  let ending: Promise<void> | undefined
  const exited = process.exited.then(() => {
    hasExited = true
    // What it left in the background ends with it.
    endProcessGroup(process.pid)
    if (endsStrays) mark?.end()
  })
  const end = (graceMs: number): void => {
    if (!mark) endProcessGroup(process.pid)
    else ending ??= endProcessTree(process.pid, exited, graceMs, interrupted.signal).then(mark.end)
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
