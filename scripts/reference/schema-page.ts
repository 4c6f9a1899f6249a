/** The parts of JSON Schema 2020-12 that zod writes for our schemas. */
export interface JsonSchema {
  /** Several for what may be null. */
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly anyOf?: readonly JsonSchema[]
  /** Members that one field tells apart, such as `type`. */
  readonly oneOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema | boolean
}

/** One line of a page: a field by its dotted path. `[]` stands for each entry of a list, `NAME` for a free key. */
export interface Field {
  readonly path: string
  readonly type: string
  /** `required`, the default as JSON, or empty. */
  readonly fallback: string
  readonly meaning: string
}

/** A page that lists every field of a file format. */
export function schemaPage(title: string, intro: string, name: string, schema: JsonSchema): string {
  const rows = fieldsOf(schema).map(
    ({ path, type, fallback, meaning }) => `| \`${path}\` | ${type} | ${fallback} | ${meaning} |`,
  )

  return `# ${title}

${intro} Schema: [${name}.schema.json](${name}.schema.json).

| field | type | default | meaning |
| --- | --- | --- | --- |
${rows.map(escapeRow).join('\n')}
`
}

/** The fields of a schema, those inside tables and lists after the field that holds them; of a union, those of each member. */
export function fieldsOf(schema: JsonSchema, prefix = ''): readonly Field[] {
  if (schema.oneOf) return schema.oneOf.flatMap((member) => fieldsOf(member, `${prefix}${labelOf(member)}`))
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const path = `${prefix}${key}`
    const isRequired = schema.required?.includes(key) ?? false
    const own = { path, type: typeOf(field), fallback: fallbackOf(field, isRequired), meaning: field.description ?? '' }
    return [own, ...innerFields(field, path)]
  })
}

/** `(VALUE)` of the field that tells a member of a union from the others; empty where there is none. */
function labelOf({ properties = {} }: JsonSchema): string {
  const { const: single, enum: several = [] } = properties.type ?? properties.kind ?? {}
  return [...(single === undefined ? [] : [single]), ...several].map((value) => `(${String(value)}).`).at(0) ?? ''
}

/** Fills in what holds where a key is left out, for a schema that does not say it itself. */
export function withDefaults(schema: JsonSchema, defaults: object): JsonSchema {
  const values: Readonly<Record<string, unknown>> = { ...defaults }
  const properties = Object.entries(schema.properties ?? {}).map(([key, field]): [string, JsonSchema] => {
    const value = values[key]
    if (value === undefined) return [key, field]
    const isTable = field.properties !== undefined && typeof value === 'object' && value !== null
    return [key, isTable ? withDefaults(field, value) : { ...field, default: value }]
  })
  return { ...schema, properties: Object.fromEntries(properties) }
}

function innerFields(field: JsonSchema, path: string): readonly Field[] {
  const rest = field.additionalProperties
  const free = typeof rest === 'object' ? rest : undefined
  return [
    ...fieldsOf(field, `${path}.`),
    ...(field.items ? innerFields(field.items, `${path}[]`) : []),
    ...(free ? innerFields(free, `${path}.NAME`) : []),
    ...(field.anyOf ?? []).flatMap((each) => innerFields(each, path)),
  ]
}

function typeOf(field: JsonSchema): string {
  if (field.const !== undefined) return code(field.const)
  if (field.enum) return field.enum.map(code).join(', ')
  if (field.oneOf) return 'table'
  if (field.anyOf) return [...new Set(field.anyOf.map(typeOf))].join(' or ')
  if (typeof field.type === 'object') return field.type.map((type) => typeOf({ ...field, type })).join(' or ')
  const free = field.additionalProperties
  switch (field.type) {
    case 'array':
      return `list of ${field.items ? plural(typeOf(field.items)) : 'anything'}`
    case 'object':
      return typeof free === 'object' && !field.properties ? `table of ${plural(typeOf(free))}` : 'table'
    case 'integer':
      return rangeOf(field, 'whole number')
    case 'number':
      return rangeOf(field, 'number')
    case 'boolean':
      return 'true or false'
    case 'string':
      return field.pattern ? `text like \`${field.pattern}\`` : 'text'
    default:
      return field.type ?? 'anything'
  }
}

function rangeOf(field: JsonSchema, name: string): string {
  const most = field.maximum === Number.MAX_SAFE_INTEGER ? undefined : field.maximum
  const isBounded = field.minimum !== undefined && field.minimum !== Number.MIN_SAFE_INTEGER
  if (isBounded && most !== undefined) return `${name} from ${field.minimum} to ${most}`
  if (field.exclusiveMinimum !== undefined) {
    return most === undefined
      ? `${name} above ${field.exclusiveMinimum}`
      : `${name} above ${field.exclusiveMinimum}, up to ${most}`
  }
  return isBounded ? `${name} from ${field.minimum}` : name
}

const plurals: Readonly<Record<string, string>> = { text: 'texts', table: 'tables', 'true or false': 'true or false' }

function plural(type: string): string {
  if (type.includes(' or list')) return `(${type})`
  return plurals[type] ?? type.replace(/^text like/, 'texts like')
}

function fallbackOf(field: JsonSchema, isRequired: boolean): string {
  if (field.default === undefined) return isRequired ? 'required' : ''
  // A table of tables that are all empty says nothing that its own lines do not.
  return field.properties ? '' : code(field.default)
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``
}

/** A bar inside a cell would end it. */
function escapeRow(row: string): string {
  const cells = row.slice(2, -2).split(' | ')
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
