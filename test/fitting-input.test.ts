import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { isPlainSchema } from '../scripts/is-plain-schema.ts'
import { programTools } from '../scripts/program-tools.ts'
import { defineLazyTool, type FunctionTool, type LazyFunctionTool } from '../src/plugin-api/index.ts'
import { fittingInput } from '../src/tools/fitting-input.ts'
import { inputSchemaOf } from '../src/tools/input-schema.ts'
import type { SchemaObject } from '../src/tools/portable-schema.ts'
import { isFreeform, toolSpec } from '../src/tools/tool-spec.ts'

const mixed = defineLazyTool({
  name: 'mixed',
  description: '',
  effects: [],
  parallel: true,
  makeInput: (zod) =>
    zod.strictObject({
      short: zod.string().max(2),
      some: zod.array(zod.int().min(-1).max(2)).min(1).max(3).default([1]),
      share: zod.number().gt(0).lt(1).optional(),
      inner: zod.strictObject({ kind: zod.enum(['a', 'b']).default('a'), deep: zod.boolean() }).optional(),
    }),
  run: async () => ({ text: '' }),
})

/** The tools of the program of whose schemas their descriptions say all. */
async function exactTools(): Promise<readonly (FunctionTool | LazyFunctionTool)[]> {
  const found = await programTools(join(import.meta.dirname, '..'))
  // Two tools may be one module's.
  const functions = [...new Set(found.map(({ tool }) => tool))].flatMap((tool) => (isFreeform(tool) ? [] : [tool]))
  const schemas = await Promise.all(functions.map(inputSchemaOf))
  return functions.filter((_, index) => isPlainSchema(schemas[index] ?? z.unknown()))
}

const tools = [mixed, ...(await exactTools())]

async function description(tool: (typeof tools)[number]): Promise<SchemaObject> {
  const spec = await toolSpec(tool, { freeform: false })
  if (spec.type !== 'function') throw new Error('a function was expected')
  return spec.parameters
}

/** Values near what a description wants, each with its own mistakes. */
function near(schema: unknown): fc.Arbitrary<unknown> {
  const { type, properties, items, enum: values } = schema as SchemaObject // as the tools above have it
  const own = (): fc.Arbitrary<unknown> => {
    if (Array.isArray(values)) return fc.constantFrom(...values, 'other')
    if (type === 'object') {
      const parts = Object.entries(properties ?? {}).map(([name, part]): [string, fc.Arbitrary<unknown>] => [
        name,
        near(part),
      ])
      return fc.record(Object.fromEntries(parts), { requiredKeys: [] })
    }
    if (type === 'array') return fc.array(near(items), { maxLength: 4 })
    if (type === 'boolean') return fc.boolean()
    if (type === 'string') return fc.string({ maxLength: 3 })
    return fc.oneof(
      fc.integer({ min: -2, max: 12 }),
      fc.double({ min: -1, max: 2 }),
      fc.constantFrom(2 ** 53, -0, 10_001),
    )
  }
  return fc.oneof(
    { weight: 12, arbitrary: own() },
    { weight: 1, arbitrary: fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.constant(Number.NaN)) },
  )
}

test.for(tools)('$name: what fits its description is what its schema gives', async (tool) => {
  const schema = await inputSchemaOf(tool)
  const exact = await description(tool)
  let fitting = 0
  fc.assert(
    fc.property(near(exact), (given) => {
      const fits = fittingInput(exact, given)
      if (!fits) return
      fitting++
      expect({ success: true, data: fits.value }).toStrictEqual(schema.safeParse(given))
    }),
    { numRuns: 500 },
  )
  expect(isPlainSchema(schema)).toBe(true)
  expect(fitting).toBeGreaterThan(0)
})

test.for(tools)('$name: what its schema takes of JSON fits its description', async (tool) => {
  const schema = await inputSchemaOf(tool)
  const exact = await description(tool)
  let taken = 0
  fc.assert(
    fc.property(near(exact), (value) => {
      const given: unknown = JSON.parse(JSON.stringify(value) ?? 'null')
      const parsed = schema.safeParse(given)
      if (!parsed.success) return
      taken++
      expect(fittingInput(exact, given)?.value).toStrictEqual(parsed.data)
    }),
    { numRuns: 500 },
  )
  expect(taken).toBeGreaterThan(0)
})

test('the tools that a coding agent calls most are among them', () => {
  const names = tools.map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining(['exec_command', 'write_stdin', 'read_file', 'list_dir', 'search', 'delegate']),
  )
})

test('a default is the own one of each call', async () => {
  const exact = await description(mixed)
  const first = fittingInput(exact, { short: '' })?.value as { some: number[] } // as its schema says
  first.some.push(2)
  expect(fittingInput(exact, { short: '' })?.value).toEqual({ short: '', some: [1] })
})

test('a name that objects inherit is not among the properties', async () => {
  const exact = await description(mixed)
  for (const name of ['__proto__', 'toString', 'constructor']) {
    expect(fittingInput(exact, JSON.parse(`{"short":"","${name}":1}`)), name).toBeUndefined()
  }
})

test.for<[string, z.ZodType]>([
  ['a function that tests', z.strictObject({ a: z.string().refine((text) => text !== 'x') })],
  ['one that tests the whole', z.strictObject({ a: z.string() }).refine(({ a }) => a !== 'x')],
  ['a change', z.strictObject({ a: z.string().transform(Number) })],
  ['another change', z.strictObject({ a: z.string().trim() })],
  ['a change before', z.strictObject({ a: z.preprocess(String, z.string()) })],
  ['coercion', z.strictObject({ a: z.coerce.number() })],
  ['a pattern', z.strictObject({ a: z.string().regex(/x/) })],
  ['a format', z.strictObject({ a: z.url() })],
  ['an open object', z.strictObject({ a: z.object({ b: z.string() }) })],
  ['a choice of schemas', z.strictObject({ a: z.union([z.string(), z.int()]) })],
  ['numbers to choose from', z.strictObject({ a: z.literal(3) })],
  ['a step', z.strictObject({ a: z.number().multipleOf(3) })],
  ['a fallback', z.strictObject({ a: z.string().catch('x') })],
])('%s keeps a schema from being plain', ([, schema]) => {
  expect(isPlainSchema(schema)).toBe(false)
})
