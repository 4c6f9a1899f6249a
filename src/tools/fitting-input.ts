import { isObject, type SchemaObject } from './portable-schema.ts'

const unfit = Symbol('unfit')

/**
 * Arguments with their defaults, where they fit a description that says all that the tool's schema does (`ToolSpecs.exact`).
 * Undefined where they do not, or where that cannot be told here: the schema itself decides then, and says what is wrong.
 */
export function fittingInput(description: SchemaObject, given: unknown): { readonly value: unknown } | undefined {
  const value = fitted(description, given)
  return value === unfit ? undefined : { value }
}

function fitted(schema: SchemaObject, value: unknown): unknown {
  switch (schema.type) {
    case 'object':
      return isObject(value) ? fittedObject(schema, value) : unfit
    case 'array':
      return Array.isArray(value) && isWithin(value.length, schema.minItems, schema.maxItems)
        ? fittedItems(schema.items, value)
        : unfit
    case 'string':
      return typeof value === 'string' &&
        isWithin(value.length, schema.minLength, schema.maxLength) &&
        isOne(schema, value)
        ? value
        : unfit
    case 'integer':
      return Number.isSafeInteger(value) && isInRange(schema, value) ? value : unfit
    case 'number':
      return Number.isFinite(value) && isInRange(schema, value) ? value : unfit
    case 'boolean':
      return typeof value === 'boolean' ? value : unfit
    default:
      return unfit
  }
}

function fittedObject({ properties, required, additionalProperties }: SchemaObject, value: SchemaObject): unknown {
  if (!isObject(properties) || additionalProperties !== false) return unfit
  if (Object.keys(value).some((name) => !Object.hasOwn(properties, name))) return unfit
  const result: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(properties)) {
    if (!isObject(schema)) return unfit
    if (Object.hasOwn(value, name)) {
      const part = fitted(schema, value[name])
      if (part === unfit) return unfit
      result[name] = part
    } else if ('default' in schema) result[name] = structuredClone(schema.default)
    else if (Array.isArray(required) && required.includes(name)) return unfit
  }
  return result
}

function fittedItems(schema: unknown, values: readonly unknown[]): unknown {
  if (!isObject(schema)) return unfit
  const items = values.map((value) => fitted(schema, value))
  return items.includes(unfit) ? unfit : items
}

function isOne({ enum: values }: SchemaObject, value: string): boolean {
  return !Array.isArray(values) || values.includes(value)
}

function isWithin(size: number, least: unknown, most: unknown): boolean {
  return !(typeof least === 'number' && size < least) && !(typeof most === 'number' && size > most)
}

function isInRange(
  { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below }: SchemaObject,
  value: unknown,
) {
  const number = Number(value)
  return (
    isWithin(number, minimum, maximum) &&
    !(typeof above === 'number' && number <= above) &&
    !(typeof below === 'number' && number >= below)
  )
}
