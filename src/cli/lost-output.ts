import { CodexError, exitCodes } from '../plugin-api/errors.ts'
import { reportError } from './report-error.ts'

/** What ends by itself once it is stopped. */
const running = new Set<() => void>()

/**
 * What happens where standard output can be written no more. A reader that goes away (`codex … | head`) ends the program quietly; a full
 * disk is an error. A thread that runs is stopped first, and ends as one that was interrupted: its rollout, and the file of `-o`,
 * are written all the same.
 */
export function watchOutput(): void {
  let isLost = false
  // Each write that fails is told.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    const isUnread = code === 'EPIPE'
    if (!isUnread && !isLost) {
      const error = new CodexError('output.unwritable', `standard output cannot be written: ${code}`)
      process.stderr.write(reportError(error, { debug: false }).text)
      process.once('exit', () => {
        process.exitCode = exitCodes.failed
      })
    }
    if (running.size === 0) process.exit(isUnread ? exitCodes.done : exitCodes.failed)
    if (!isLost) for (const stop of running) stop()
    isLost = true
  })
  process.stderr.on('error', () => undefined) // what nobody reads is not worth ending for
}

/** Calls `stop` instead of ending the program, until what it gives is called. */
export function onLostOutput(stop: () => void): () => void {
  running.add(stop)
  return () => void running.delete(stop)
}
