import type { Origin, PermissionLayer } from '../../plugin-api/index.ts'
import { readingLayer } from './reading-layer.ts'
import type { ToolFacts } from './tool-facts.ts'

/** The layer that a file of a repository which the user has not trusted gets on top: it only reads, whatever it says. */
export function untrustedLayer(origin: Origin, tools: readonly ToolFacts[]): PermissionLayer {
  return { ...readingLayer('untrusted repository', tools), file: origin.file }
}
