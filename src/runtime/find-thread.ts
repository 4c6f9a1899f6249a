import { openFileStore, type StoredThread } from '../thread/thread-store.ts'
import type { Kernel } from './load-kernel.ts'

/** As in the thread library: what is shorter may well mean something else. */
const beginningOfId = /^[0-9a-f]{8}[0-9a-f-]*$/i

/**
 * The thread of an id, of a name, of the beginning of an id, or the newest (`last`) of this directory or of any; undefined
 * for a name that is not known, and where there is none.
 *
 * @throws CodexError `thread.not_found` for an id, `thread.ambiguous` for the beginning of several
 */
export async function findThread(
  said: string,
  { anywhere = false }: { readonly anywhere?: boolean },
  { codexHome, options }: Pick<Kernel, 'codexHome' | 'options'>,
): Promise<StoredThread | undefined> {
  const threads = openFileStore(codexHome, options)
  if (said === 'last') return await threads.newest(anywhere ? undefined : options.cwd)
  const isId = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(said)
  if (isId) return await threads.find(said.toLowerCase())
  const { readThreadNames } = await import('../thread/library/thread-names.ts')
  const named = [...(await readThreadNames(codexHome))].findLast(([, name]) => name === said)
  const id = named?.[0] ?? (beginningOfId.test(said) ? await threads.idFrom(said.toLowerCase()) : undefined)
  return id === undefined ? undefined : await threads.find(id)
}
