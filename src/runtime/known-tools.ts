import type { KnownNames } from '../definitions/lint-references.ts'
import type { Registry } from '../kernel/registry.ts'

/** The tools that files may name, and what those take that the build has described: nothing is loaded for it. */
export function knownTools(registry: Registry): Pick<KnownNames, 'tools' | 'toolInputs'> {
  const tools = registry.modules('tools')
  const inputs = tools.flatMap(({ id, plugin }) => {
    const spec = plugin.toolSpecs?.[id]?.function
    return spec?.type === 'function' ? [[id, spec.parameters] as const] : []
  })
  return { tools: tools.map(({ id }) => id), toolInputs: new Map(inputs) }
}
