import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { takeLock } from '../../kernel/file-lock.ts'
import { CodexError } from '../../plugin-api/errors.ts'

/** Where the lock of a thread's record lies: beside the record's folders, so that it holds for whoever has the same CODEX_HOME. */
export function threadLockFile(codexHome: string, threadId: string): string {
  return join(codexHome, 'thread-locks', threadId)
}

/**
 * Holds a thread while something is done with its record: one process at a time.
 * @returns gives it back
 * @throws CodexError `thread.busy` where another process has it
 */
export async function holdThread(codexHome: string, threadId: string): Promise<() => Promise<void>> {
  const file = threadLockFile(codexHome, threadId)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const lock = await takeLock(file)
  if ('release' in lock) return lock.release
  const who = lock.holder === undefined ? 'another process' : `process ${lock.holder}`
  throw new CodexError('thread.busy', `Thread ${threadId} is in use by ${who}`, {
    hint: 'Wait until it has ended, or fork the thread: codex fork.',
  })
}
