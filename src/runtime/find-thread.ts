import { findStoredThread, newestStoredThread, threadIdFrom } from '../thread/find-stored-thread.ts'
import type { StoredThread, ThreadStore } from '../thread/thread-store.ts'
import type { Kernel } from './load-kernel.ts'

/** As in the thread library: what is shorter may well mean something else. */
const beginningOfId = /^[0-9a-f]{8}[0-9a-f-]*$/i

/**
 * The thread of an id, of a name, of the beginning of an id, or the newest (`last`) of this directory or of any; undefined
 * for a name that is not known, and where there is none. Of threads of one name it is the one that was called so last, as in Codex.
 *
 * @param options `notice` is told where a name was that of others too
 * @throws CodexError `thread.not_found` for an id, `thread.ambiguous` for the beginning of several, `rollout.unreadable`
 */
export async function findThread(
  said: string,
  { anywhere = false, notice }: { readonly anywhere?: boolean; readonly notice?: (message: string) => void },
  { threads, options }: Pick<Kernel, 'threads' | 'options'>,
): Promise<StoredThread | undefined> {
  if (said === 'last') return await newestStoredThread(anywhere ? undefined : options.cwd, threads)
  const isId = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(said)
  if (isId) return await findStoredThread(said.toLowerCase(), threads)
  const named = await idsOfName(said, threads)
  if (named.length > 1)
    notice?.(`${named.length} threads are called "${said}": ${named[0]} is taken, which was called so last`)
  const id = named[0] ?? (beginningOfId.test(said) ? threadIdFrom(said.toLowerCase(), threads) : undefined)
  return id === undefined ? undefined : await findStoredThread(id, threads)
}

/** The threads of a name, the one that was called so last first; where any of them can be gone on with, only such. */
async function idsOfName(name: string, threads: ThreadStore): Promise<readonly string[]> {
  const named = [...(await threads.names())].flatMap(([id, each]) => (each === name ? id : [])).reverse()
  if (named.length < 2) return named
  const kept = new Set(threads.records().flatMap(({ threadId, archived }) => (archived ? [] : threadId)))
  const there = named.filter((id) => kept.has(id))
  return there.length > 0 ? there : named.slice(0, 1)
}
