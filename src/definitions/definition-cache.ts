import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ParsedDefinition } from '../plugin-api/index.ts'
import type { FindBuilt } from './built-definitions.ts'
import type { FileStamp } from './find-files.ts'

/** What the parser said about one file in one state. */
export interface CachedFile {
  readonly stamp: FileStamp
  readonly definitions: readonly ParsedDefinition<unknown>[]
}

/** Parsed definitions by file. It is only a cache: what cannot be read or written is as if it were not there. */
export interface DefinitionCache {
  /** What is kept for a kind of the given version, by absolute path. */
  read(kind: string, version: string): Promise<ReadonlyMap<string, CachedFile>>
  write(kind: string, version: string, files: ReadonlyMap<string, CachedFile>): Promise<void>
  /** What the build parsed of the files of this package. */
  readonly findBuilt: FindBuilt
}

/** A file as it lies on disk; short keys, since there may be thousands. */
interface CacheFile {
  readonly version: string
  readonly files: Readonly<Record<string, readonly [number, number, number, readonly ParsedDefinition<unknown>[]]>>
}

/**
 * An entry as young as the cache file itself is not used: a file that changes twice within one tick of the file system's clock
 * keeps its stamp. The file system's own times are compared, so no clock is needed.
 */
const clockTickMs = 20

/** Opens the cache in a directory, one JSON file for each kind; without a directory nothing is kept. Nothing is read yet. */
export function openDefinitionCache(
  directory: string | undefined,
  findBuilt: FindBuilt = async () => undefined,
): DefinitionCache {
  if (directory === undefined) return { read: async () => new Map(), write: async () => {}, findBuilt }
  const fileOf = (kind: string) => join(directory, `definitions-${kind}.json`)
  return {
    findBuilt,
    async read(kind, version) {
      try {
        const file = fileOf(kind)
        const [{ mtimeMs }, text] = await Promise.all([stat(file), readFile(file, 'utf8')])
        return entriesOf(JSON.parse(text), version, mtimeMs - clockTickMs)
      } catch {
        return new Map()
      }
    },
    async write(kind, version, files) {
      const entries = [...files].map(([file, { stamp, definitions }]) => [
        file,
        [stamp.mtimeMs, stamp.ctimeMs, stamp.sizeBytes, definitions],
      ])
      const text = JSON.stringify({ version, files: Object.fromEntries(entries) })
      const aside = `${fileOf(kind)}.${process.pid}`
      try {
        await mkdir(directory, { recursive: true })
        await writeFile(aside, text, { mode: 0o600 })
        await rename(aside, fileOf(kind))
      } catch {
        await rm(aside, { force: true }).catch(() => {})
      }
    },
  }
}

function entriesOf(content: unknown, version: string, settledMs: number): ReadonlyMap<string, CachedFile> {
  const entries = new Map<string, CachedFile>()
  if (!isCacheFile(content) || content.version !== version) return entries
  for (const [file, [mtimeMs, ctimeMs, sizeBytes, definitions]] of Object.entries(content.files)) {
    if (mtimeMs < settledMs && ctimeMs < settledMs && Array.isArray(definitions)) {
      entries.set(file, { stamp: { mtimeMs, ctimeMs, sizeBytes }, definitions })
    }
  }
  return entries
}

/** The outline alone: the entries are our own writing, under a version that says how. */
function isCacheFile(content: unknown): content is CacheFile {
  return (
    typeof content === 'object' &&
    content !== null &&
    'version' in content &&
    'files' in content &&
    typeof content.files === 'object' &&
    content.files !== null
  )
}
