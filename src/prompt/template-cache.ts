import { hash } from 'node:crypto'
import { openCacheDirectory } from '../definitions/cache-directory.ts'
import type { CachePlace } from '../definitions/definition-cache.ts'
import type { KeptNode } from './template/kept-program.ts'
import type { ParseOptions, Slot } from './template/parse-template.ts'

/** A template that was parsed, as plain data: no code is kept, and none is made of what stands in it. */
export interface KeptTemplate {
  readonly slots: readonly Slot[]
  readonly nodes: readonly KeptNode[]
}

/** Parsed templates by their text and the names that they may use. Only a cache: see `openCacheDirectory`. */
export interface TemplateCache {
  read(template: string, options: ParseOptions): KeptTemplate | undefined
  write(template: string, options: ParseOptions, kept: KeptTemplate): void
}

/** To be changed with the grammar, or with the form in which templates are kept. */
const formVersion = 'template-1'
/** One file each, since a start expands one command; a template of 10,000 tags takes 2 MiB. */
const limits = { maxFiles: 500, maxFileBytes: 2 * 1024 * 1024 }

/** Nothing is read yet. */
export function openTemplateCache(place: CachePlace): TemplateCache {
  const cache = openCacheDirectory(place.directory, limits)
  const nameOf = (template: string, { names, functions }: ParseOptions) =>
    hash('sha256', JSON.stringify([place.program, formVersion, names, functions, template]), 'hex')
  return {
    read(template, options) {
      const text = cache.read(nameOf(template, options))
      const content: unknown = text === undefined ? undefined : JSON.parse(text) // the sum in the file says that `write` made it
      return isKept(content) ? content : undefined
    },
    write(template, options, kept) {
      cache.write(nameOf(template, options), JSON.stringify({ slots: kept.slots, nodes: kept.nodes }))
    },
  }
}

/** The outline alone: slots are our own writing, and `reviveProgram` looks at every node. */
function isKept(content: unknown): content is KeptTemplate {
  return typeof content === 'object' && content !== null && 'slots' in content && Array.isArray(content.slots)
}
