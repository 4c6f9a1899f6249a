import type { Definition, DefinitionKind, Diagnostic } from '../plugin-api/index.ts'
import type { FindBuilt } from './built-definitions.ts'
import type { CachedFile, DefinitionCache } from './definition-cache.ts'
import type { DefinitionSource } from './definition-source.ts'
import { type FileStamp, type FoundFile, findFiles } from './find-files.ts'
import { type FoundDefinition, mergeLayers } from './merge-layers.ts'
import { parseFile } from './parse-file.ts'

/** A kind whose parser, and the libraries that it needs, are imported when a file has to be parsed. */
export interface LazyKind<T> {
  readonly id: string
  /** Names the schema and the parser in the cache: to be changed with either. Absent: values are not kept. */
  readonly cacheVersion?: string
  /** See `mergeLayers`. */
  readonly projectStandsBeside: boolean
  open(): Promise<DefinitionKind<T>>
}

export interface LoadedDefinitions<T> {
  /** After shadowing, sorted by id. */
  readonly effective: readonly Definition<T>[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Entries of other directories (of other repositories) that one cache file keeps. */
const maxForeignEntries = 2_000
const filesAtOnce = 64

/**
 * Loads all definitions of a kind. A file that cannot be read or parsed becomes diagnostics and the rest loads; no
 * input throws. Files that have not changed are taken from the cache unparsed.
 */
export async function loadDefinitions<T>(
  kind: LazyKind<T>,
  sources: readonly DefinitionSource[],
  cache: DefinitionCache,
): Promise<LoadedDefinitions<T>> {
  const version = kind.cacheVersion
  const known = version === undefined ? new Map<string, CachedFile>() : await cache.read(kind.id, version)
  const current = new Map<string, CachedFile>()
  const diagnostics: Diagnostic[] = []
  const found: FoundDefinition<T>[] = []
  let parsedAny = false

  for (const source of sources) {
    const { files, diagnostics: problems } = await findFiles(source)
    diagnostics.push(...problems)
    for (const { file, entry, isNew } of await readEntries(kind, files, { known, findBuilt: cache.findBuilt })) {
      parsedAny ||= isNew
      current.set(file, entry)
      for (const definition of entry.definitions) {
        diagnostics.push(...(definition.diagnostics ?? []))
        if (definition.id === undefined) continue
        const { layer, trusted, plugin } = source
        const origin = { layer, file, trusted, ...(plugin === undefined ? {} : { plugin }) }
        // The parser of this kind gave it, now or under the same cache version.
        found.push({ id: definition.id, value: definition.value as T, origin })
      }
    }
  }

  if (version !== undefined && parsedAny) await cache.write(kind.id, version, withForeign(current, known, sources))
  const merged = mergeLayers(found, { kind: kind.id, projectStandsBeside: kind.projectStandsBeside })
  return { effective: merged.effective, diagnostics: [...diagnostics, ...merged.diagnostics] }
}

/** Loads the files of a kind that a plugin brings; its values are not cached, since they need not be JSON. */
export function loadKind<T>(
  kind: DefinitionKind<T>,
  sources: readonly DefinitionSource[],
  cache: DefinitionCache,
): Promise<LoadedDefinitions<T>> {
  return loadDefinitions({ id: kind.id, projectStandsBeside: false, open: async () => kind }, sources, cache)
}

/** What the files hold, in their order. The file system is asked for many at a time: one by one takes twice as long. */
async function readEntries(
  kind: LazyKind<unknown>,
  files: readonly FoundFile[],
  { known, findBuilt }: { readonly known: ReadonlyMap<string, CachedFile>; readonly findBuilt: FindBuilt },
): Promise<readonly { file: string; entry: CachedFile; isNew: boolean }[]> {
  const read = async ({ file, stamp }: FoundFile) => {
    const cached = reusable(known.get(file), stamp)
    if (cached !== undefined) return { file, entry: cached, isNew: false }
    const built = await findBuilt(kind.id, file)
    if (built !== undefined) return { file, entry: { stamp, definitions: built }, isNew: true }
    const definitions = await parseFile(await kind.open(), file, { asJson: kind.cacheVersion !== undefined })
    return { file, entry: { stamp, definitions }, isNew: true }
  }
  const entries: Awaited<ReturnType<typeof read>>[] = []
  for (let start = 0; start < files.length; start += filesAtOnce) {
    entries.push(...(await Promise.all(files.slice(start, start + filesAtOnce).map(read))))
  }
  return entries
}

function reusable(cached: CachedFile | undefined, stamp: FileStamp): CachedFile | undefined {
  const isSame =
    cached?.stamp.mtimeMs === stamp.mtimeMs &&
    cached.stamp.ctimeMs === stamp.ctimeMs &&
    cached.stamp.sizeBytes === stamp.sizeBytes
  return isSame ? cached : undefined
}

/** The files of this load, and as many of other repositories' as there is room for; files that are gone are dropped. */
function withForeign(
  current: ReadonlyMap<string, CachedFile>,
  known: ReadonlyMap<string, CachedFile>,
  sources: readonly DefinitionSource[],
): ReadonlyMap<string, CachedFile> {
  const isForeign = (file: string) => !sources.some(({ directory }) => file.startsWith(directory))
  const foreign = [...known].filter(([file]) => !current.has(file) && isForeign(file))
  return new Map([...current, ...foreign.slice(0, maxForeignEntries)])
}
