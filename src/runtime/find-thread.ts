import { openFileStore, type StoredThread } from '../thread/thread-store.ts'
import type { Kernel } from './load-kernel.ts'

/**
 * The thread of an id, of a name, or the newest (`last`) of this directory or of any; undefined for a name that is not
 * known, and where there is none.
 *
 * @throws CodexError `thread.not_found` for an id
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
  return named && (await threads.find(named[0]))
}
