import type { ToolCallItem, z } from '../plugin-api/index.ts'
import { fittingInput } from './fitting-input.ts'
import { inputSchemaOf } from './input-schema.ts'
import { type DispatchableTool, isJsonTool } from './json-tool.ts'
import { isObject, type SchemaObject } from './portable-schema.ts'
import { inputPropertyOf, isFreeform } from './tool-spec.ts'

export type ParsedToolInput =
  | {
      readonly ok: true
      /** What the tool is run with. */
      readonly input: unknown
      /** What the model gave, or a hook put in its place; for items and hooks. */
      readonly given: unknown
    }
  | { readonly ok: false; readonly problem: string }

/**
 * Checks what a model gave against the tool's schema. Function and freeform calls are both read for both kinds of tool,
 * since a provider without freeform tools calls them as functions.
 *
 * @param exact what says all that the schema does; absent: nothing does
 */
export async function parseToolInput(
  tool: DispatchableTool,
  call: ToolCallItem,
  exact: SchemaObject | undefined,
): Promise<ParsedToolInput> {
  if (!isJsonTool(tool) && isFreeform(tool)) {
    if (call.type === 'custom_tool_call') return checkToolInput(tool, call.input, exact)
    const property = inputPropertyOf(tool)
    const given = parseJson(call.arguments)
    if (!given.ok) return given
    const text = isObject(given.value) ? given.value[property] : undefined
    return typeof text === 'string'
      ? checkToolInput(tool, text, exact)
      : { ok: false, problem: `${property}: expected a string` }
  }
  const given = parseJson(call.type === 'function_call' ? call.arguments : call.input)
  return given.ok ? await checkToolInput(tool, given.value, exact) : given
}

/** Checks arguments that are read already: the text of a freeform tool, or the value of another. @param exact see `parseToolInput` */
export async function checkToolInput(
  tool: DispatchableTool,
  given: unknown,
  exact: SchemaObject | undefined,
): Promise<ParsedToolInput> {
  if (isJsonTool(tool)) {
    const problems = await tool.check(given)
    return problems.length === 0 ? { ok: true, input: given, given } : { ok: false, problem: problems.join('; ') }
  }
  if (isFreeform(tool)) {
    return typeof given === 'string' ? { ok: true, input: given, given } : { ok: false, problem: 'expected a text' }
  }
  const fitting = exact && fittingInput(exact, given)
  if (fitting) return { ok: true, input: fitting.value, given }
  const schema = await inputSchemaOf(tool)
  const parsed = schema.safeParse(given)
  if (parsed.success) return { ok: true, input: parsed.data, given }
  const { issues } = parsed.error
  const known = issues.some(isUnknownArgument) ? argumentsOf(schema) : []
  const problems = [...issues.map(describeIssue), ...(known.length === 0 ? [] : [`It takes ${known.join(', ')}`])]
  return { ok: false, problem: problems.join('; ') }
}

function isUnknownArgument({ code, path }: z.core.$ZodIssue): boolean {
  return code === 'unrecognized_keys' && path.length === 0
}

/** The names that a schema knows; none where it is no object. */
function argumentsOf(schema: z.ZodType): readonly string[] {
  const { properties } = schema.toJSONSchema({ io: 'input', unrepresentable: 'any' })
  return Object.keys(properties ?? {})
}

type ParsedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string }

/** No text at all is what some models send for no arguments. */
function parseJson(text: string): ParsedJson {
  if (text.trim() === '') return { ok: true, value: {} }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) }
  }
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.')
  return path === '' ? issue.message : `${path}: ${issue.message}`
}
