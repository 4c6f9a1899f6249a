type Schema = Readonly<Record<string, unknown>>

/**
 * The arguments of a tool as most APIs take them: an object, and no choice between schemas at the top.
 * @deprecated `ToolSpec.parameters` is such a schema already.
 */
export function objectSchema(schema: Schema): Schema {
  const { $schema: _, type: __, oneOf, anyOf, allOf, ...rest } = schema
  const parts = [oneOf, anyOf, allOf].flatMap((each) => (Array.isArray(each) ? each.filter(isRecord) : []))
  const properties = [...parts, schema].map(({ properties: own }) => (isRecord(own) ? own : {}))
  return { ...rest, type: 'object', properties: Object.assign({}, ...properties) }
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
