import type { SourceTool, Tool } from '../plugin-api/index.ts'
import { compileJsonSchema, type JsonSchemaCheck } from './json-schema-check.ts'

/** A tool of a source, under the name that models call it by. */
export interface JsonTool extends SourceTool {
  /** Id of its source; what asks for an approval is named after it. */
  readonly source: string
  /** What is wrong with arguments; compiled at the first call. A schema that cannot be read checks nothing: the tool's own side does. */
  check(value: unknown): Promise<readonly string[]>
}

/** What a call can be dispatched to. */
export type DispatchableTool = Tool | JsonTool

export function isJsonTool(tool: DispatchableTool): tool is JsonTool {
  return 'inputSchema' in tool
}

/** @param name what models call it by */
export function jsonTool(source: string, name: string, tool: SourceTool): JsonTool {
  let compiled: Promise<JsonSchemaCheck> | undefined
  const { refusedItem } = tool
  return {
    ...tool,
    name,
    source,
    run: (input, ctx) => tool.run(input, ctx),
    ...(refusedItem && { refusedItem: (input, reason) => refusedItem.call(tool, input, reason) }),
    async check(value) {
      compiled ??= compileJsonSchema(tool.inputSchema).catch(() => () => [])
      return (await compiled)(value)
    },
  }
}
