/** The parts of JSON Schema that zod writes for our schemas (2020-12), and that the schema of SARIF uses (draft 4). */
interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly propertyNames?: Schema
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

/** Words that say nothing about what is valid. */
const silent = new Set(['$schema', '$defs', 'definitions', '$id', 'title', 'description', 'default', 'format', 'id'])

/** Where a value does not fit a JSON Schema, as dotted paths; empty where it fits. A word that is not known here is an error: nothing is passed over. */
export function jsonSchemaProblems(root: object, value: unknown): readonly string[] {
  const resolve = (ref: string): Schema =>
    ref
      .split('/')
      .slice(1)
      .reduce<Record<string, unknown>>(
        (at, part) => at[part] as Record<string, unknown>,
        root as Record<string, unknown>,
      ) // its own pointer
  const check = (schema: Schema, at: unknown, path: string): readonly string[] => {
    const unknown = Object.keys(schema).filter((word) => !silent.has(word) && !(word in checks))
    if (unknown.length > 0) throw new Error(`JSON Schema words that this test does not know: ${unknown.join(', ')}`)
    return Object.entries(checks).flatMap(([word, run]) => (word in schema ? run(schema, at, path) : []))
  }
  const isTable = (at: unknown): at is Record<string, unknown> =>
    typeof at === 'object' && at !== null && !Array.isArray(at)
  const unless = (isRight: boolean, path: string) => (isRight ? [] : [path])
  const number = (isRight: (at: number) => boolean) => (at: unknown, path: string) =>
    unless(typeof at !== 'number' || isRight(at), path)
  const checks: Record<string, (schema: Schema, at: unknown, path: string) => readonly string[]> = {
    $ref: (schema, at, path) => check(resolve(schema.$ref ?? ''), at, path),
    type: ({ type }, at, path) => unless(typeFits(type ?? '', at), path),
    const: (schema, at, path) => unless(schema.const === at, path),
    enum: (schema, at, path) => unless(schema.enum?.includes(at) ?? false, path),
    anyOf: (schema, at, path) =>
      unless(schema.anyOf?.some((each) => check(each, at, path).length === 0) ?? false, path),
    allOf: (schema, at, path) => schema.allOf?.flatMap((each) => check(each, at, path)) ?? [],
    oneOf: (schema, at, path) =>
      unless(schema.oneOf?.filter((each) => check(each, at, path).length === 0).length === 1, path),
    required: ({ required = [] }, at, path) =>
      isTable(at) ? required.filter((key) => !(key in at)).map((key) => `${path}.${key}`) : [],
    properties: ({ properties = {} }, at, path) =>
      isTable(at)
        ? Object.entries(properties).flatMap(([key, inner]) =>
            key in at ? check(inner, at[key], `${path}.${key}`) : [],
          )
        : [],
    additionalProperties: ({ additionalProperties: rest, properties = {} }, at, path) =>
      isTable(at)
        ? Object.keys(at)
            .filter((key) => !Object.hasOwn(properties, key))
            .flatMap((key) =>
              typeof rest === 'object'
                ? check(rest, at[key], `${path}.${key}`)
                : unless(rest === true, `${path}.${key}`),
            )
        : [],
    propertyNames: ({ propertyNames = {} }, at, path) =>
      isTable(at) ? Object.keys(at).flatMap((key) => check(propertyNames, key, `${path}.${key}`)) : [],
    items: ({ items = {} }, at, path) =>
      Array.isArray(at) ? at.flatMap((each, index) => check(items, each, `${path}.${index}`)) : [],
    minItems: ({ minItems = 0 }, at, path) => unless(!Array.isArray(at) || at.length >= minItems, path),
    maxItems: ({ maxItems = 0 }, at, path) => unless(!Array.isArray(at) || at.length <= maxItems, path),
    uniqueItems: ({ uniqueItems }, at, path) =>
      unless(
        !uniqueItems || !Array.isArray(at) || new Set(at.map((each) => JSON.stringify(each))).size === at.length,
        path,
      ),
    minLength: ({ minLength = 0 }, at, path) => unless(typeof at !== 'string' || at.length >= minLength, path),
    maxLength: ({ maxLength = 0 }, at, path) => unless(typeof at !== 'string' || at.length <= maxLength, path),
    pattern: ({ pattern = '' }, at, path) => unless(typeof at !== 'string' || new RegExp(pattern, 'u').test(at), path),
    minimum: ({ minimum = 0 }, at, path) => number((each) => each >= minimum)(at, path),
    maximum: ({ maximum = 0 }, at, path) => number((each) => each <= maximum)(at, path),
    exclusiveMinimum: ({ exclusiveMinimum = 0 }, at, path) => number((each) => each > exclusiveMinimum)(at, path),
    exclusiveMaximum: ({ exclusiveMaximum = 0 }, at, path) => number((each) => each < exclusiveMaximum)(at, path),
  }
  return check(root, value, '')
}

function typeFits(type: string, at: unknown): boolean {
  switch (type) {
    case 'object':
      return typeof at === 'object' && at !== null && !Array.isArray(at)
    case 'array':
      return Array.isArray(at)
    case 'integer':
      return Number.isInteger(at)
    case 'null':
      return at === null
    default:
      // The other names of JSON Schema are those of typeof.
      return typeof at === type
  }
}
