import { exitCodes } from '../plugin-api/errors.ts'

/** What ends by itself once it is stopped. */
const running = new Set<() => void>()

/**
 * What happens where standard output can be written no more. A reader that goes away (`codex … | head`) ends the program quietly; a full
 * disk is an error. A thread that runs is stopped first, and ends as one that was interrupted: its rollout, and the file of `-o`,
 * are written all the same.
 */
export function watchOutput(): void {
  let isTold = false
  // Each write that fails is told.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    const isUnread = code === 'EPIPE'
    if (!isUnread && !isTold) {
      process.stderr.write(`error: standard output cannot be written: ${code}\ncode: output.unwritable\n`)
      process.once('exit', () => {
        process.exitCode = exitCodes.failed
      })
    }
    if (running.size === 0) process.exit(isUnread ? exitCodes.done : exitCodes.failed)
    if (!isTold) for (const stop of running) stop()
    isTold = true
  })
  process.stderr.on('error', () => undefined) // what nobody reads is not worth ending for
}

/** Calls `stop` instead of ending the program, until what it gives is called. */
export function onLostOutput(stop: () => void): () => void {
  running.add(stop)
  return () => void running.delete(stop)
}
