import type { FreeformTool, Tool, ToolSpec } from '../plugin-api/index.ts'
import { inputSchemaOf } from './input-schema.ts'
import { type DispatchableTool, isJsonTool } from './json-tool.ts'
import { portableSchema } from './portable-schema.ts'

/**
 * A tool as a model sees it. A freeform tool becomes a function with one string property where `freeform` is false, for
 * providers and models that know functions only. Schemas are put into the subset that servers read here, once: by the build for
 * the tools of the program, and not for each request.
 */
export async function toolSpec(tool: DispatchableTool, options: { readonly freeform: boolean }): Promise<ToolSpec> {
  const { description } = tool
  if (isJsonTool(tool)) {
    return { type: 'function', name: tool.name, description, parameters: portableSchema(tool.inputSchema) }
  }
  const { wireName: name = tool.name, namespace, sealed } = tool
  const localShell = tool.localShell === true && { localShell: true }
  const more = { ...localShell, ...(namespace && { namespace }), ...(sealed && { sealed }) }
  if (!isFreeform(tool)) {
    const parameters = (await inputSchemaOf(tool)).toJSONSchema({ io: 'input', unrepresentable: 'any' })
    return { type: 'function', name, description, parameters: portableSchema(parameters), ...more }
  }
  const inputProperty = inputPropertyOf(tool)
  if (options.freeform) return { type: 'freeform', name, description, grammar: tool.grammar, inputProperty }
  return {
    type: 'function',
    name,
    description,
    parameters: {
      type: 'object',
      properties: {
        [inputProperty]: {
          type: 'string',
          description: `Text in this grammar (${tool.grammar.syntax}):\n${tool.grammar.definition}`,
        },
      },
      required: [inputProperty],
      additionalProperties: false,
    },
  }
}

export function isFreeform(tool: Tool): tool is FreeformTool {
  return 'grammar' in tool
}

/** Name of the property that holds the text where a freeform tool is called as a function. */
export function inputPropertyOf(tool: FreeformTool): string {
  return tool.inputProperty ?? 'input'
}
