import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type HeldLock, type LockHolder, lockHolder, takeLock } from '../../kernel/file-lock.ts'
import { CodexError } from '../../plugin-api/errors.ts'

/** Where the lock of a thread's record lies: beside the record's folders, so that it holds for whoever has the same CODEX_HOME. */
export function threadLockFile(codexHome: string, threadId: string): string {
  return join(codexHome, 'thread-locks', threadId)
}

/**
 * Holds a thread while its record is added to or moved: one process at a time. The lock of a process that died is taken over.
 * @throws CodexError `thread.busy` where another process has it; the `node:fs` error
 */
export async function holdThread(codexHome: string, threadId: string): Promise<HeldLock> {
  const file = threadLockFile(codexHome, threadId)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const lock = await takeLock(file)
  if ('release' in lock) return lock
  throw busy(threadId, lock, file)
}

/** @throws CodexError `thread.busy` where a process holds the thread */
export function assertThreadFree(codexHome: string, threadId: string): void {
  const file = threadLockFile(codexHome, threadId)
  const holder = lockHolder(file)
  if (holder) throw busy(threadId, holder, file)
}

function busy(threadId: string, { holder, host, since }: LockHolder, file: string): CodexError {
  const who = holder === undefined ? 'another process' : `process ${holder}${host === undefined ? '' : ` of ${host}`}`
  const when = since === undefined ? '' : ` since ${since}`
  const message = `Thread ${threadId} is in use by ${who}${when}; nothing was done`
  return new CodexError('thread.busy', message, {
    hint: `Wait until it has ended, end it, or go on beside it with a copy: codex exec fork ${threadId} "PROMPT".`,
    location: { file },
  })
}
