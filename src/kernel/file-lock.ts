import { randomUUID } from 'node:crypto'
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'

/** Gives a lock back. */
export type Release = () => Promise<void>

/** Whether a process of another machine still runs is not known: its lock counts for so long. Installing plugins takes minutes. */
const foreignLockMs = 15 * 60_000

/**
 * Takes a lock file, or says who holds it. One that a process left which is gone is taken over.
 * @returns `holder` is a process id; absent where others take the lock by turns
 * @throws errors of `node:fs` where the file cannot be written
 */
export async function takeLock(file: string): Promise<{ readonly release: Release } | { readonly holder?: number }> {
  const own = `${process.pid} ${await startOf(process.pid)} ${hostname()}`
  const draft = `${file}.${randomUUID()}`
  try {
    // A link either appears with its whole content or not at all.
    await writeFile(draft, own, { flag: 'wx', mode: 0o600 })
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (await linked(draft, file)) return { release: () => rm(file, { force: true }) }
      const content = await readFile(file, 'utf8').catch(() => undefined)
      if (content === undefined) continue
      const holder = await livingHolder(content, file)
      if (holder !== undefined) return { holder }
      await takeAway(file, draft)
    }
    return {}
  } finally {
    await rm(draft, { force: true })
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** The process that holds the lock, if it still runs. A process id that was given to another program has another start. */
async function livingHolder(content: string, file: string): Promise<number | undefined> {
  const [number = '', start = '', host = hostname()] = content.trim().split(' ')
  const pid = Number(number)
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  if (host !== hostname()) {
    const ageMs = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => foreignLockMs, // given back meanwhile
    )
    return ageMs < foreignLockMs ? pid : undefined
  }
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return undefined
  }
  const now = await startOf(pid)
  return start !== '' && now !== '' && start !== now ? undefined : pid
}

/** When a process began, in ticks since the system did (proc(5), field 22 of stat); empty where that is not known. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

/** Removes the lock of a process that is gone. Of those who find it, one at a time looks again, so that nobody removes the next one's. */
async function takeAway(file: string, draft: string): Promise<void> {
  const guard = `${file}.stale`
  if (await linked(draft, guard)) {
    if (await isLeft(file)) await rm(file, { force: true })
    await rm(guard, { force: true })
  } else if (await isLeft(guard)) await rm(guard, { force: true })
  else await wait(5)
}

async function isLeft(file: string): Promise<boolean> {
  const content = await readFile(file, 'utf8').catch(() => undefined)
  return content !== undefined && (await livingHolder(content, file)) === undefined
}
