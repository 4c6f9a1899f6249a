import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ModelInfo } from '../plugin-api/provider.ts'

/** The models that a server listed. */
export interface StoredModelList {
  /** ISO 8601. */
  readonly fetchedAt: string
  readonly etag?: string
  readonly models: readonly ModelInfo[]
}

/** Where a list comes from: a program of this version, and these addresses. */
export interface ModelListOrigin {
  readonly version: string
  readonly from: string
}

/** What a provider's server listed when it was last asked, below `$CODEX_HOME/cache/models`. It is only a cache: what is damaged is as if it were not there. */
export interface ModelListStore {
  read(provider: string, origin: ModelListOrigin): Promise<StoredModelList | undefined>
  /** Replaces the whole list at once. @throws what `node:fs` throws */
  write(provider: string, origin: ModelListOrigin, list: StoredModelList): Promise<void>
}

/** Opens it. Nothing is read or made before it is asked for. */
export function openModelListStore(codexHome: string): ModelListStore {
  const fileOf = (provider: string) => join(codexHome, 'cache', 'models', `${encodeURIComponent(provider)}.json`)
  return {
    async read(provider, { version, from }) {
      const text = await readFile(fileOf(provider), 'utf8').catch(() => undefined)
      if (text === undefined) return undefined
      const { readStoredList } = await import('./stored-model-list.ts') // a start without a list needs no schema
      const stored = readStoredList(text)
      if (stored?.version !== version || stored.from !== from) return undefined
      const { fetched_at: fetchedAt, etag, models } = stored
      return { fetchedAt, models, ...(etag !== undefined && { etag }) }
    },
    async write(provider, origin, { fetchedAt, etag, models }) {
      const file = fileOf(provider)
      const aside = `${file}.${process.pid}.tmp`
      await mkdir(dirname(file), { recursive: true })
      try {
        const stored = { ...origin, fetched_at: fetchedAt, ...(etag !== undefined && { etag }), models }
        await writeFile(aside, JSON.stringify(stored), { mode: 0o600 })
        await rename(aside, file)
      } finally {
        await rm(aside, { force: true })
      }
    },
  }
}
