import { createThreadSupplies, type ThreadSupplies } from '../sandbox/thread-supplies.ts'

/** What the threads of a runtime keep between their turns: a process that writes files is not started anew for each turn. */
export interface KeptSupplies {
  /** For one turn, which closes them: what the next turn of the thread can use goes on. */
  take(threadId: string): ThreadSupplies
  /** Ends what is kept, and from now on each turn's with the turn. */
  close(): Promise<void>
}

/** Threads of which something is kept while none of their turns runs: each is a process of about 40 MiB. */
const maxIdle = 4

export function createKeptSupplies(): KeptSupplies {
  /** Oldest first. */
  const idle = new Map<string, ThreadSupplies>()
  let isClosed = false

  async function release(threadId: string, supplies: ThreadSupplies): Promise<void> {
    if (isClosed || !supplies.hasWriter || idle.has(threadId)) return await supplies.close()
    idle.set(threadId, supplies)
    const [oldest] = idle
    if (idle.size <= maxIdle || oldest === undefined) return
    idle.delete(oldest[0])
    await oldest[1].close()
  }

  return {
    take(threadId) {
      const supplies = idle.get(threadId) ?? createThreadSupplies()
      idle.delete(threadId)
      return {
        commands: supplies.commands,
        confinedWriter: supplies.confinedWriter,
        endWriter: supplies.endWriter,
        get hasWriter() {
          return supplies.hasWriter
        },
        close: () => release(threadId, supplies),
      }
    },
    async close() {
      isClosed = true
      const all = [...idle.values()]
      idle.clear()
      await Promise.all(all.map((supplies) => supplies.close()))
    },
  }
}
