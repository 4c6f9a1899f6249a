import type { ParsedDefinition } from '../plugin-api/index.ts'
import type { CachedFile } from './definition-cache.ts'
import type { DefinitionSource } from './definition-source.ts'

/** What a process that goes on while files change remembers of them. */
export interface DefinitionMemory {
  /** The files of one kind in one source, for one load of them. */
  open(kind: string, source: DefinitionSource): SourceMemory
  /** Parsers were replaced: what the old ones gave is no longer found, but still is the last good version. */
  parsersChanged(): void
}

/** One load of a source. */
export interface SourceMemory {
  /** What was parsed of a file, also of another content. */
  find(file: string): CachedFile | undefined
  /** Remembers what a file holds and says what counts: of a file that broke, its last good version, with warnings. */
  settle(file: string, parsed: CachedFile): readonly ParsedDefinition<unknown>[]
  /** Forgets the files that were not settled: they are gone. */
  end(): void
}

interface RememberedFile {
  /** How often parsers had been replaced when it was parsed. */
  readonly parsers: number
  readonly now: CachedFile
  /** The last version without an error. */
  readonly good?: CachedFile
}

export function openDefinitionMemory(): DefinitionMemory {
  let parsers = 0
  const sources = new Map<string, ReadonlyMap<string, RememberedFile>>()
  return {
    parsersChanged: () => void parsers++,
    open(kind, { directory, glob }) {
      const key = JSON.stringify([kind, directory, glob])
      const last = sources.get(key)
      const current = new Map<string, RememberedFile>()
      return {
        find(file) {
          const known = last?.get(file)
          return known?.parsers === parsers ? known.now : undefined
        },
        settle(file, now) {
          const good = isBroken(now) ? last?.get(file)?.good : now
          current.set(file, { now, parsers, ...(good && { good }) })
          return good === undefined || good === now ? now.definitions : keptDefinitions(good, now)
        },
        end: () => void sources.set(key, current),
      }
    },
  }
}

function isBroken({ definitions }: CachedFile): boolean {
  return definitions.some(({ diagnostics = [] }) => diagnostics.some(({ severity }) => severity === 'error'))
}

function keptDefinitions(good: CachedFile, broken: CachedFile): readonly ParsedDefinition<unknown>[] {
  const diagnostics = broken.definitions
    .flatMap((definition) => definition.diagnostics ?? [])
    .map((diagnostic) => ({ ...diagnostic, severity: 'warning' as const, lastGood: true }))
  return [...good.definitions, { diagnostics }]
}
