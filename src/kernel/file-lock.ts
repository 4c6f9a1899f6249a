import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { textIfThere } from './text-if-there.ts'

/** Gives a lock back. */
export type Release = () => Promise<void>

/** Who has a lock. */
export interface LockHolder {
  /** Process id; absent where others take the lock by turns. */
  readonly holder?: number
  /** Since when: RFC 3339, UTC. Absent where the lock does not say it. */
  readonly since?: string
  /** The machine, where it is not this one. */
  readonly host?: string
}

/** A lock that this process has. */
export interface HeldLock {
  readonly release: Release
  /** Says that it is still held, to other machines, which cannot see whether this process runs. Every few minutes is enough. */
  renew(): void
}

/** Whether a process of another machine still runs is not known: its lock counts for so long after it was taken or renewed. */
export const foreignLockMs = 15 * 60_000

/**
 * Takes a lock file, or says who holds it. One that a process left which is gone is taken over. Synchronous inside: each step
 * takes less than handing it to another thread does, and a turn waits for it.
 *
 * @throws errors of `node:fs` where the file cannot be written
 */
export async function takeLock(file: string): Promise<HeldLock | LockHolder> {
  const own = `${process.pid} ${startOf(process.pid)} ${hostname()} ${new Date().toISOString()}`
  const draft = `${file}.${randomUUID()}`
  try {
    // A link either appears with its whole content or not at all.
    writeFileSync(draft, own, { flag: 'wx', mode: 0o600 })
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (linked(draft, file)) return { release: async () => rmSync(file, { force: true }), renew: () => touch(file) }
      const content = textIfThere(file)
      if (content === undefined) continue
      const holder = livingHolder(content, file)
      if (holder !== undefined) return holder
      await takeAway(file, draft)
    }
    return {}
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Who holds a lock file; undefined where nobody does. */
export function lockHolder(file: string): LockHolder | undefined {
  const content = textIfThere(file)
  return content === undefined ? undefined : livingHolder(content, file)
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function touch(file: string): void {
  const now = new Date()
  utimesSync(file, now, now)
}

/** The process that holds the lock, if it still runs. A process id that was given to another program has another start. */
function livingHolder(content: string, file: string): LockHolder | undefined {
  const [number = '', start = '', host = hostname(), since] = content.trim().split(' ')
  const holder = Number(number)
  if (!Number.isInteger(holder) || holder <= 0) return undefined
  const found = { holder, ...(since !== undefined && { since }) }
  if (host !== hostname()) {
    const modifiedMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 // given back meanwhile
    return Date.now() - modifiedMs < foreignLockMs ? { ...found, host } : undefined
  }
  try {
    process.kill(holder, 0)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return undefined
  }
  const now = startOf(holder)
  return start !== '' && now !== '' && start !== now ? undefined : found
}

/** When a process began, in ticks since the system did (proc(5), field 22 of stat); empty where that is not known. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return '' // there is no such folder, or no such process
  }
}

/** Removes the lock of a process that is gone. Of those who find it, one at a time looks again, so that nobody removes the next one's. */
async function takeAway(file: string, draft: string): Promise<void> {
  const guard = `${file}.stale`
  if (linked(draft, guard)) {
    if (isLeft(file)) rmSync(file, { force: true })
    rmSync(guard, { force: true })
  } else if (isLeft(guard)) rmSync(guard, { force: true })
  else await new Promise((resolve) => setTimeout(resolve, 5))
}

function isLeft(file: string): boolean {
  const content = textIfThere(file)
  return content !== undefined && livingHolder(content, file) === undefined
}
