import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { UndoStore } from './prune-undo.ts'

/** Turns are kept so long. */
const keptDays = 30
const dayMs = 24 * 60 * 60_000

/** Prunes, at most once a day: by the time of a file. Nothing is waited for but what takes some milliseconds. @throws the `node:fs` error */
export async function pruneUndoDaily(store: UndoStore, now: Date): Promise<void> {
  const root = join(store.codexHome, 'undo')
  const stamp = join(root, 'pruned')
  const last = await stat(stamp).catch(() => undefined)
  if (last && now.getTime() - last.mtimeMs < dayMs) return
  await mkdir(root, { recursive: true, mode: 0o700 })
  await writeFile(stamp, '')
  // What a new home has is of today.
  if (!last) return
  const { pruneUndo } = await import('./prune-undo.ts')
  const { rolloutFiles } = await import('../library/rollout-files.ts')
  const threads = new Set(rolloutFiles(store.codexHome).map(({ threadId }) => threadId))
  await pruneUndo(store, ({ thread, started }) => {
    const isRecent = now.getTime() - Date.parse(started) < keptDays * dayMs
    return isRecent && (thread === '' || threads.has(thread))
  })
}
