import type { ToolEffect } from '../../plugin-api/index.ts'

/** What permissions have to know about a tool: all of it stands in manifests. */
export interface ToolFacts {
  /** Of the tools of a source, which are known once it is open, the pattern `SOURCE__*`. */
  readonly id: string
  readonly effects: readonly ToolEffect[]
  /** Package name of the plugin that brings it. */
  readonly plugin: string
}

/** The tool that a name means; one of a source by how it begins. */
export function toolNamed(name: string, tools: readonly ToolFacts[]): ToolFacts | undefined {
  return tools.find(({ id }) => id === name || (id.endsWith('__*') && name.startsWith(id.slice(0, -1))))
}

const corePlugins: ReadonlySet<string> = new Set(['core-tools', '@codex-kernel/core-tools'])

/** Ids of the core tools whose effects are all granted; a tool without effects only thinks. */
export function impliedTools(tools: readonly ToolFacts[], granted: ReadonlySet<ToolEffect>): readonly string[] {
  return tools
    .filter((tool) => corePlugins.has(tool.plugin) && tool.effects.every((effect) => granted.has(effect)))
    .map((tool) => tool.id)
}

/** Ids of all tools, of whatever plugin, that at most read. */
export function readingTools(tools: readonly ToolFacts[]): readonly string[] {
  return tools.filter((tool) => tool.effects.every((effect) => effect === 'read')).map((tool) => tool.id)
}
