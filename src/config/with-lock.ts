import { setTimeout as wait } from 'node:timers/promises'
import { clockMs } from '../kernel/clock-ms.ts'
import { takeLock } from '../kernel/file-lock.ts'
import { CodexError } from '../plugin-api/errors.ts'

const longestWaitMs = 10_000

/**
 * Runs `work` while no other process holds the lock file.
 * @throws CodexError `home.unwritable` after ten seconds of waiting; errors of `node:fs`; what `work` throws
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const endMs = clockMs() + longestWaitMs
  for (;;) {
    const lock = await takeLock(file)
    if ('release' in lock) return await work().finally(lock.release)
    if (clockMs() > endMs) throw held(file, lock.holder)
    // Waiters that come at the same time must not go on meeting.
    await wait(5 + Math.random() * 20)
  }
}

function held(file: string, holder: number | undefined): CodexError {
  const who = holder === undefined ? 'Another process' : `Process ${holder}`
  return new CodexError('home.unwritable', `${who} holds ${file}`, {
    hint: 'Wait for it; if it does not run, remove the file.',
    location: { file },
  })
}
