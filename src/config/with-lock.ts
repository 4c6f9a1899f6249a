import { open, readFile, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { CodexError } from '../plugin-api/errors.ts'

/** An edit takes some ten milliseconds; whoever holds a lock for so long has gone away. */
const staleAfterMs = 30_000
const longestWaitMs = 10_000

/**
 * Runs `work` while no other process holds the lock file. One that a dead process left behind is taken over: of this machine at once, else after half
 * a minute. @throws CodexError `home.unwritable` after ten seconds of waiting; errors of `node:fs`; what `work` throws
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const endMs = performance.now() + longestWaitMs
  while (!(await take(file))) {
    if (performance.now() > endMs) throw held(file)
    if (await isStale(file)) await removeStale(file)
    // Waiters that come at the same time must not go on meeting.
    else await wait(5 + Math.random() * 20)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function take(file: string): Promise<boolean> {
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (!handle) return false
  try {
    await handle.writeFile(`${process.pid} ${hostname()}\n`)
    return true
  } catch (error) {
    await rm(file, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

async function isStale(file: string): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)])
    const [pid = '', host] = text.trim().split(' ')
    return Date.now() - mtimeMs > staleAfterMs || (host === hostname() && !isRunning(Number(pid)))
  } catch {
    return false // it was given back meanwhile
  }
}

/** Of those who find a lock stale, one at a time looks again and removes it, so that nobody removes the next one's. */
async function removeStale(file: string): Promise<void> {
  const guard = `${file}.stale`
  if (!(await take(guard))) {
    const age = await stat(guard).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > staleAfterMs) await rm(guard, { force: true })
    else await wait(5)
    return
  }
  try {
    if (await isStale(file)) await rm(file, { force: true })
  } finally {
    await rm(guard, { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function held(file: string): CodexError {
  return new CodexError('home.unwritable', `Another process holds ${file}`, {
    hint: 'Wait for it; if none is running, remove the file.',
    location: { file },
  })
}
