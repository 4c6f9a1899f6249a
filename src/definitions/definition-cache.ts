import { hash } from 'node:crypto'
import { relative, resolve } from 'node:path'
import type { ParsedDefinition } from '../plugin-api/index.ts'
import type { FindBuilt } from './built-definitions.ts'
import { openCacheDirectory } from './cache-directory.ts'
import type { DefinitionMemory } from './definition-memory.ts'

/** What the parser said about one file with one content. */
export interface CachedFile {
  /** `contentHash` of its bytes. */
  readonly contentHash: string
  readonly definitions: readonly ParsedDefinition<unknown>[]
}

/** The files of one kind below one directory, and the parser that read them. */
export interface CacheShard {
  readonly kind: string
  readonly version: string
  /** Absolute path. */
  readonly directory: string
}

/** Parsed definitions by file. It is only a cache: what cannot be read or written is as if it were not there. */
export interface DefinitionCache {
  /** What is kept, by absolute path. An entry counts for a file of the same content alone. */
  read(shard: CacheShard): ReadonlyMap<string, CachedFile>
  write(shard: CacheShard, files: ReadonlyMap<string, CachedFile>): void
  /** What the build parsed of the files of this package. */
  readonly findBuilt: FindBuilt
  /** Of a process that goes on while files change; absent: every load stands alone, and a file that broke has no last good version. */
  readonly memory?: DefinitionMemory
}

/** A shard as it lies on disk; short keys, since there may be thousands of files. */
interface ShardFile {
  readonly version: string
  readonly directory: string
  /** By path below the directory. */
  readonly files: Readonly<Record<string, readonly [string, readonly ParsedDefinition<unknown>[]]>>
}

/** The directories of the built-in, plugins' and user's definitions, and of some fifty repositories. Reading 32 MiB takes 0.25 s. */
const limits = { maxFiles: 200, maxFileBytes: 32 * 1024 * 1024 }

/** What tells one content of a file from another. */
export function contentHash(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url')
}

/** Where parsed definitions are kept, and the version of the program whose parsers made them. */
export interface CachePlace {
  /** Absolute path of a directory of its own. */
  readonly directory: string
  readonly program: string
}

/** Opens the cache, one file for each shard; without a place nothing is kept. Nothing is read yet. */
export function openDefinitionCache(
  place: CachePlace | undefined,
  findBuilt: FindBuilt = async () => undefined,
): DefinitionCache {
  if (place === undefined) return { read: () => new Map(), write: () => {}, findBuilt }
  const cache = openCacheDirectory(place.directory, limits)
  const versionOf = (shard: CacheShard) => `${place.program} ${shard.version}`
  return {
    findBuilt,
    read(shard) {
      const text = cache.read(nameOf(shard))
      return text === undefined ? new Map() : entriesOf(text, versionOf(shard), shard.directory)
    },
    write(shard, files) {
      const { directory } = shard
      const entries = [...files].map(([file, { contentHash: key, definitions }]) => [
        relative(directory, file),
        [key, definitions],
      ])
      const content = { version: versionOf(shard), directory, files: Object.fromEntries(entries) }
      cache.write(nameOf(shard), JSON.stringify(content))
    },
  }
}

function nameOf({ kind, directory }: CacheShard): string {
  return `${kind}-${hash('sha256', directory, 'hex').slice(0, 32)}`
}

function entriesOf(text: string, version: string, directory: string): ReadonlyMap<string, CachedFile> {
  const entries = new Map<string, CachedFile>()
  const content: unknown = JSON.parse(text) // the sum in the file says that `write` made it
  if (!isShardFile(content) || content.version !== version || content.directory !== directory) return entries
  for (const [path, [key, definitions]] of Object.entries(content.files)) {
    entries.set(resolve(directory, path), { contentHash: key, definitions })
  }
  return entries
}

/** The outline alone: the entries are our own writing, under a version that says how. */
function isShardFile(content: unknown): content is ShardFile {
  return typeof content === 'object' && content !== null && 'version' in content && 'files' in content
}
