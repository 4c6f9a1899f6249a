import fc from 'fast-check'
import { z } from 'zod'

/** JSON Schema, as far as zod writes it. */
interface Schema {
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
}

/** Values that the schema takes, as JSON holds them: of an open object, with a field that the schema does not name. */
export function valuesOfSchema<Value>(schema: z.ZodType<Value>): fc.Arbitrary<Value> {
  return valuesOf(z.toJSONSchema(schema, { unrepresentable: 'any' }) as Schema)
    .map((value): unknown => JSON.parse(JSON.stringify(value)))
    .filter((value): value is Value => schema.safeParse(value).success) // patterns are not read here
}

function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  const { anyOf = schema.oneOf, type } = schema
  if (anyOf) return fc.oneof(...anyOf.map(valuesOf))
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (Array.isArray(type)) return fc.oneof(...type.map((each: string) => valuesOf({ ...schema, type: each })))
  switch (type) {
    case 'object':
      return objectsOf(schema)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), { maxLength: 3 })
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 12 })
    case 'integer':
      return fc.integer({ min: Math.max(schema.exclusiveMinimum ?? -100, schema.minimum ?? -100, -100), max: 1000 })
    case 'number':
      return fc.double({ min: 0, max: 1, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 2 }).filter((value) => !JSON.stringify(value).includes('__proto__'))
  }
}

function objectsOf({ properties = {}, required = [], additionalProperties }: Schema): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, valuesOf(each)]))
  const isOpen = typeof additionalProperties === 'object'
  const more: Record<string, fc.Arbitrary<unknown>> = isOpen
    ? { field_of_a_later_version: valuesOf(additionalProperties) }
    : {}
  return fc.record({ ...fields, ...more }, { requiredKeys: [...required] })
}
