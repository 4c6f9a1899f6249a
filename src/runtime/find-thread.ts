import { findStoredThread, newestStoredThread, threadIdFrom } from '../thread/find-stored-thread.ts'
import type { StoredThread } from '../thread/thread-store.ts'
import type { Kernel } from './load-kernel.ts'

/** As in the thread library: what is shorter may well mean something else. */
const beginningOfId = /^[0-9a-f]{8}[0-9a-f-]*$/i

/**
 * The thread of an id, of a name, of the beginning of an id, or the newest (`last`) of this directory or of any; undefined
 * for a name that is not known, and where there is none.
 *
 * @throws CodexError `thread.not_found` for an id, `thread.ambiguous` for the beginning of several, `rollout.unreadable`
 */
export async function findThread(
  said: string,
  { anywhere = false }: { readonly anywhere?: boolean },
  { threads, options }: Pick<Kernel, 'threads' | 'options'>,
): Promise<StoredThread | undefined> {
  if (said === 'last') return await newestStoredThread(anywhere ? undefined : options.cwd, threads)
  const isId = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(said)
  if (isId) return await findStoredThread(said.toLowerCase(), threads)
  const named = [...(await threads.names())].findLast(([, name]) => name === said)
  const id = named?.[0] ?? (beginningOfId.test(said) ? threadIdFrom(said.toLowerCase(), threads) : undefined)
  return id === undefined ? undefined : await findStoredThread(id, threads)
}
