import type { Origin, PermissionLayer } from '../../plugin-api/index.ts'
import { allAllowed, dimensionOf, noneAllowed } from './dimension-of.ts'
import { readingTools, type ToolFacts } from './tool-facts.ts'

/** The layer that a file of a repository which the user has not trusted gets on top: it only reads, whatever it says. */
export function untrustedLayer(origin: Origin, tools: readonly ToolFacts[]): PermissionLayer {
  return {
    name: 'untrusted repository',
    file: origin.file,
    permissions: {
      read: allAllowed,
      write: noneAllowed,
      exec: noneAllowed,
      network: noneAllowed,
      tools: dimensionOf({ allow: readingTools(tools) }),
      delegate: noneAllowed,
      limits: {},
    },
  }
}
