import { decodeText } from '../config/read-text.ts'
import type { Definition, DefinitionKind, Diagnostic, ParsedDefinition } from '../plugin-api/index.ts'
import { type CachedFile, contentHash, type DefinitionCache } from './definition-cache.ts'
import type { DefinitionSource } from './definition-source.ts'
import { findFiles } from './find-files.ts'
import { type FoundDefinition, mergeLayers } from './merge-layers.ts'
import { openPluginKind } from './open-plugin-kind.ts'
import { parseBytes } from './parse-file.ts'
import { readDefinitionFile } from './read-definition-file.ts'

/** A kind whose parser, and the libraries that it needs, are imported when a file has to be parsed. */
export interface LazyKind<T> {
  readonly id: string
  /** Names the schema and the parser in the cache: to be changed with either. Absent: values are not kept. */
  readonly cacheVersion?: string
  /** See `mergeLayers`. */
  readonly standsBeside: boolean
  open(): Promise<DefinitionKind<T>>
  /** What can be said of a parsed file by those who use such files alone. Absent: nothing. Files of this package are verified by its tests. */
  verify?(parsed: ParsedDefinition<T>, file: string): Promise<ParsedDefinition<T>>
}

export interface LoadedDefinitions<T> {
  /** After shadowing, sorted by id. */
  readonly effective: readonly Definition<T>[]
  readonly diagnostics: readonly Diagnostic[]
}

/** All files of a source together, which are in memory at once: a thousand long prompts. */
const maxSourceBytes = 64 * 1024 * 1024
/** How many files are parsed before a signal is let through: some 10 ms. */
const parsedAtOnce = 100

/**
 * Loads all definitions of a kind. A file that cannot be read or parsed becomes diagnostics and the rest loads; no
 * input throws. Every file is read; one whose content the cache knows is not parsed.
 */
export async function loadDefinitions<T>(
  kind: LazyKind<T>,
  sources: readonly DefinitionSource[],
  cache: DefinitionCache,
): Promise<LoadedDefinitions<T>> {
  const diagnostics: Diagnostic[] = []
  const found: FoundDefinition<T>[] = []
  for (const source of sources) {
    const parsed = await loadSource(kind, source, cache)
    diagnostics.push(...parsed.diagnostics)
    for (const { file, definition } of parsed.definitions) {
      diagnostics.push(...(definition.diagnostics ?? []))
      if (definition.id === undefined) continue
      const { layer, trusted, plugin } = source
      const origin = { layer, file, trusted, ...(plugin === undefined ? {} : { plugin }) }
      // The parser of this kind gave it, now or under the same cache version.
      found.push({ id: definition.id, value: definition.value as T, origin })
    }
  }
  const merged = mergeLayers(found, { kind: kind.id, standsBeside: kind.standsBeside })
  return { effective: merged.effective, diagnostics: [...diagnostics, ...merged.diagnostics] }
}

/** Loads the files of a kind that a plugin brings; `plugin`: the plugin and its version, whose parser it is. */
export function loadKind<T>(
  kind: DefinitionKind<T>,
  sources: readonly DefinitionSource[],
  { cache, plugin }: { readonly cache: DefinitionCache; readonly plugin: string },
): Promise<LoadedDefinitions<T>> {
  const { id, cacheVersion } = kind
  const kept = cacheVersion === undefined ? {} : { cacheVersion: `${plugin} ${cacheVersion}` }
  return loadDefinitions({ id, standsBeside: false, open: () => openPluginKind(kind), ...kept }, sources, cache)
}

interface ParsedSource {
  readonly definitions: readonly { readonly file: string; readonly definition: ParsedDefinition<unknown> }[]
  readonly diagnostics: readonly Diagnostic[]
}

async function loadSource(
  kind: LazyKind<unknown>,
  source: DefinitionSource,
  cache: DefinitionCache,
): Promise<ParsedSource> {
  const { files, linked, diagnostics: problems } = await findFiles(source)
  const confirmed = linked.size > 0 ? await source.confirmed?.() : undefined
  const memory = cache.memory?.open(kind.id, source)
  if (files.length === 0) {
    memory?.end()
    return { definitions: [], diagnostics: problems }
  }
  const shard =
    kind.cacheVersion === undefined
      ? undefined
      : { kind: kind.id, version: kind.cacheVersion, directory: source.directory }
  const known: ReadonlyMap<string, CachedFile> = shard === undefined ? new Map() : cache.read(shard)
  const current = new Map<string, CachedFile>()
  const diagnostics = [...problems]
  let sourceBytes = 0
  let parsedCount = 0

  for (const file of files) {
    const content = readDefinitionFile(file)
    if ('problem' in content) {
      if (memory) current.set(file, { contentHash: '', definitions: [{ diagnostics: [content.problem] }] })
      else diagnostics.push(content.problem)
      continue
    }
    if (confirmed && linked.has(file) && !confirmed(file, textOf(content.bytes, file))) {
      diagnostics.push(unconfirmed(file))
      continue
    }
    sourceBytes += content.bytes.length
    if (sourceBytes > maxSourceBytes) {
      diagnostics.push(tooMuch(source.directory, file))
      break
    }
    const key = contentHash(content.bytes)
    const cached = [memory?.find(file), known.get(file)].find((each) => each?.contentHash === key)
    if (cached) {
      current.set(file, cached)
      continue
    }
    const built = await cache.findBuilt(kind.id, file, content.bytes)
    const definitions =
      built ??
      (await verified(
        kind,
        file,
        parseBytes(await kind.open(), file, content.bytes, { asJson: kind.cacheVersion !== undefined }),
      ))
    current.set(file, { contentHash: key, definitions })
    parsedCount += 1
    if (parsedCount % parsedAtOnce === 0) await new Promise(setImmediate)
  }
  if (shard !== undefined && parsedCount > 0) cache.write(shard, current)
  const definitions = [...current].flatMap(([file, entry]) =>
    (memory?.settle(file, entry) ?? entry.definitions).map((definition) => ({ file, definition })),
  )
  memory?.end()
  return { definitions, diagnostics }
}

async function verified(
  kind: LazyKind<unknown>,
  file: string,
  definitions: readonly ParsedDefinition<unknown>[],
): Promise<readonly ParsedDefinition<unknown>[]> {
  if (kind.verify === undefined) return definitions
  return await Promise.all(definitions.map(async (parsed) => (await kind.verify?.(parsed, file)) ?? parsed))
}

/** What is no text is read by no parser, so that nothing can be confirmed of it. */
function textOf(bytes: Uint8Array, file: string): string {
  try {
    return decodeText(bytes, file)
  } catch {
    return ''
  }
}

function unconfirmed(file: string): Diagnostic {
  const why = 'a link leads there, and it was not there, or was another, when this repository was trusted'
  return {
    severity: 'warning',
    code: 'config.untrusted',
    message: `This file is ignored: ${why}; codex trust confirms it`,
    file,
    hint: 'Read it first.',
  }
}

function tooMuch(directory: string, file: string): Diagnostic {
  return {
    severity: 'error',
    code: 'definition.limit',
    message: `The files here have more than ${maxSourceBytes} bytes together; ${file} and what follows it is left out`,
    file: directory,
    hint: 'Move away what is no definition.',
  }
}
