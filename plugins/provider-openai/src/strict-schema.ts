type Schema = Readonly<Record<string, unknown>>

/** Keywords that the strict mode of function calling takes (OpenAI, "Structured outputs: supported schemas"). */
const strictKeywords = new Set([
  '$schema',
  'type',
  'description',
  'title',
  'enum',
  'const',
  'items',
  'properties',
  'required',
  'additionalProperties',
  'anyOf',
])

/**
 * True where a schema may be sent with `strict: true`: every object closed, every property required, no keyword that
 * the strict mode refuses. A schema that is not is sent with `strict: false`; the dispatcher checks arguments either way.
 */
export function isStrictSchema(schema: Schema): boolean {
  if (Object.keys(schema).some((keyword) => !strictKeywords.has(keyword))) return false
  if (schema.type === 'object' && !isClosed(schema)) return false
  return [...records(schema.properties), ...lists(schema.anyOf), ...lists([schema.items])].every(isStrictSchema)
}

function isClosed(schema: Schema): boolean {
  const names = isRecord(schema.properties) ? Object.keys(schema.properties) : []
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  return schema.additionalProperties === false && names.every((name) => required.has(name))
}

function records(value: unknown): Schema[] {
  return isRecord(value) ? lists(Object.values(value)) : []
}

function lists(value: unknown): Schema[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
