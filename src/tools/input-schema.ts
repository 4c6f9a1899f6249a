import type { FunctionTool, LazyFunctionTool, z } from '../plugin-api/index.ts'

const made = new WeakMap<LazyFunctionTool, Promise<z.ZodType>>()

/** The schema of a tool's arguments; that of a lazy tool is made once, and zod is loaded for it. */
export async function inputSchemaOf(tool: FunctionTool | LazyFunctionTool): Promise<z.ZodType> {
  if ('input' in tool) return tool.input
  const schema = made.get(tool) ?? import('zod').then(({ z }) => tool.makeInput(z))
  made.set(tool, schema)
  return await schema
}
