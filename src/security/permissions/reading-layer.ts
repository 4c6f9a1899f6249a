import type { PermissionLayer } from '../../plugin-api/index.ts'
import { allAllowed, dimensionOf, noneAllowed } from './dimension-of.ts'
import { readingTools, type ToolFacts } from './tool-facts.ts'

/** A layer that reads, and does nothing else: no tool that does more, no command, no other agent. */
export function readingLayer(name: string, tools: readonly ToolFacts[]): PermissionLayer {
  return {
    name,
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
