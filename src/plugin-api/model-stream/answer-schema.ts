type Schema = Readonly<Record<string, unknown>>

/** Keywords that APIs take in the schema of an answer; bounds and patterns they refuse (Anthropic, "Structured outputs: JSON Schema limitations"). */
const answerKeywords = new Set([
  'type',
  'title',
  'description',
  'enum',
  'const',
  'anyOf',
  'allOf',
  '$ref',
  '$defs',
  'definitions',
  'default',
  'required',
  'additionalProperties',
  'properties',
  'items',
  'format',
])
const answerFormats = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
])

/** The schema of an answer as APIs take it that answer in a grammar: objects are closed, and what it does not know is left out. The answer is checked against the whole schema here. */
export function answerSchema(schema: Schema): Schema {
  const entries = Object.entries(schema)
    .filter(
      ([keyword, value]) => answerKeywords.has(keyword) && (keyword !== 'format' || answerFormats.has(String(value))),
    )
    .map(([keyword, value]): [string, unknown] => [keyword, inner(keyword, value)])
  const isObject = schema.type === 'object' || isRecord(schema.properties)
  return { ...Object.fromEntries(entries), ...(isObject && { additionalProperties: false }) }
}

function inner(keyword: string, value: unknown): unknown {
  if (keyword === 'items' && isRecord(value)) return answerSchema(value)
  if ((keyword === 'anyOf' || keyword === 'allOf') && Array.isArray(value)) {
    return value.map((each: unknown) => (isRecord(each) ? answerSchema(each) : each))
  }
  if ((keyword === 'properties' || keyword === '$defs' || keyword === 'definitions') && isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, isRecord(each) ? answerSchema(each) : each]),
    )
  }
  return value
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
