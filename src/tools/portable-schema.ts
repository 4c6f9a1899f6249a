/** A JSON Schema as data. */
export type SchemaObject = Readonly<Record<string, unknown>>

/** Deeper parts become "anything": a model follows no schema so far, and servers refuse it (OpenAI: ten levels). */
const maxDepth = 16
/** Parts of one schema altogether, since references may multiply them. */
const maxNodes = 4000

/** Keywords that servers of models know in one way or another; the rest says nothing to a model. */
const kept: ReadonlySet<string> = new Set([
  ...['title', 'description', 'default', 'format', 'pattern', 'enum', 'required'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties'],
])

interface Walk {
  readonly root: SchemaObject
  /** References that are being followed: one that leads back to itself is recursive. */
  readonly following: readonly string[]
  readonly depth: number
  readonly budget: { nodes: number }
}

/**
 * The schema of a tool's arguments in the subset that all servers of models read, whichever draft it was written for: an object at
 * its root, references put in place (one that leads back to itself becomes "anything"), `allOf` merged, `oneOf` as `anyOf`, `const` as
 * `enum`, a type where it can be told, numbers for `exclusiveMinimum`. What it allows may be more than before, and never less; the
 * dispatcher checks arguments against the schema as it was.
 */
export function portableSchema(schema: SchemaObject): SchemaObject {
  const walk = { root: schema, following: [], depth: 0, budget: { nodes: maxNodes } }
  return objectAtRoot(simplified(schema, walk))
}

/** A union at the root is one object that has the properties of all, and requires what all do. */
function objectAtRoot(schema: SchemaObject): SchemaObject {
  const { anyOf, ...rest } = schema
  const branches = schemas(anyOf)
  const objects = [rest, ...branches].filter((each) => each.type === 'object' || isObject(each.properties))
  const properties = joinedProperties(objects)
  const ofAll = strings(branches[0]?.required).filter((name) =>
    branches.every((each) => strings(each.required).includes(name)),
  )
  const required = [...new Set([...strings(rest.required), ...ofAll])].filter((name) => Object.hasOwn(properties, name))
  const { enum: _, items: __, required: ___, additionalProperties: more, ...own } = rest
  // Where the root is closed and its branches bring properties, it would refuse theirs.
  const further = branches.length === 0 && more !== undefined ? { additionalProperties: more } : {}
  return { ...own, type: 'object', properties, ...(required.length > 0 && { required }), ...further }
}

function simplified(value: unknown, walk: Walk): SchemaObject {
  walk.budget.nodes -= 1
  if (!isObject(value) || walk.depth > maxDepth || walk.budget.nodes < 0) return {}
  const inner: Walk = { ...walk, depth: walk.depth + 1 }
  if (typeof value.$ref === 'string') return referenced(value.$ref, value, walk)
  const { allOf, ...rest } = value
  if (schemas(allOf).length > 0) {
    return merged([simplified(rest, inner), ...schemas(allOf).map((each) => simplified(each, inner))])
  }
  const out: Record<string, unknown> = Object.fromEntries(Object.entries(rest).filter(([key]) => kept.has(key)))
  const type = typeOf(rest)
  if (type !== undefined) out.type = type
  if ('const' in rest) out.enum = [rest.const]
  exclusiveBounds(rest, out)
  const isOf = (name: string) => type === name || (Array.isArray(type) && type.includes(name))
  if (isOf('object')) objectParts(rest, out, inner)
  else delete out.required
  if (isOf('array')) out.items = itemsOf(rest, inner)
  const union = [...schemas(rest.anyOf), ...schemas(rest.oneOf)]
  if (union.length > 0) out.anyOf = union.map((each) => simplified(each, inner))
  return out
}

function referenced(reference: string, { $ref: _, ...beside }: SchemaObject, walk: Walk): SchemaObject {
  const target = walk.following.includes(reference) ? undefined : targetOf(reference, walk.root)
  const description = typeof beside.description === 'string' ? { description: beside.description } : {}
  if (target === undefined) return description
  const inner = { ...walk, following: [...walk.following, reference], depth: walk.depth + 1 }
  return { ...simplified(target, inner), ...description }
}

/** Only references inside of the schema are followed (RFC 6901 pointers): nothing is fetched. */
function targetOf(reference: string, root: SchemaObject): unknown {
  if (!reference.startsWith('#')) return undefined
  const parts = reference.slice(1).split('/').slice(1)
  let at: unknown = root
  for (const part of parts) {
    const key = decoded(part)
    if (Array.isArray(at)) at = at[Number(key)]
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[key]
    else return undefined
  }
  return at
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return part
  }
}

/** The type that is said, or that its keywords tell; `nullable` is how OpenAPI says that null may stand there. */
function typeOf(schema: SchemaObject): unknown {
  const said = Array.isArray(schema.type) ? strings(schema.type) : schema.type
  const type = typeof said === 'string' || (Array.isArray(said) && said.length > 0) ? said : inferred(schema)
  if (schema.nullable !== true || type === undefined) return type
  return [...new Set([type, 'null'].flat())]
}

function inferred(schema: SchemaObject): string | undefined {
  if (isObject(schema.properties) || 'additionalProperties' in schema || 'patternProperties' in schema) return 'object'
  if ('items' in schema || 'prefixItems' in schema) return 'array'
  const values = 'const' in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : []
  const types = new Set(values.map((each) => (each === null ? 'null' : Array.isArray(each) ? 'array' : typeof each)))
  const [only] = types
  return types.size === 1 && only !== 'object' && only !== 'array' ? only : undefined
}

/** Draft 4 said `true` beside the bound. */
function exclusiveBounds(schema: SchemaObject, out: Record<string, unknown>): void {
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue
    delete out[exclusive]
    if (schema[exclusive] !== true || typeof schema[bound] !== 'number') continue
    out[exclusive] = schema[bound]
    delete out[bound]
  }
}

function objectParts(schema: SchemaObject, out: Record<string, unknown>, walk: Walk): void {
  const entries = isObject(schema.properties) ? Object.entries(schema.properties) : []
  out.properties = Object.fromEntries(entries.map(([name, each]) => [name, simplified(each, walk)]))
  // Draft 3 said `required: true` in the property itself.
  const inside = entries.flatMap(([name, each]) => (isObject(each) && each.required === true ? [name] : []))
  const names = entries.map(([name]) => name)
  const required = [...new Set([...strings(schema.required), ...inside])].filter((name) => names.includes(name))
  if (required.length > 0) out.required = required
  else delete out.required
  const { additionalProperties: more, patternProperties: patterns } = schema
  if (isObject(more)) out.additionalProperties = simplified(more, walk)
  else if (isObject(patterns)) out.additionalProperties = true
  else if (typeof more === 'boolean') out.additionalProperties = more
}

/** A tuple becomes a list of what may stand at any of its places. */
function itemsOf(schema: SchemaObject, walk: Walk): SchemaObject {
  const places = [schema.prefixItems, schema.items].find((each) => Array.isArray(each))
  if (!Array.isArray(places)) return simplified(schema.items, walk)
  const rest = [schema.additionalItems, Array.isArray(schema.items) ? undefined : schema.items].filter(isObject)
  const all = [...places, ...rest].map((each) => simplified(each, walk))
  const distinct = [...new Map(all.map((each) => [JSON.stringify(each), each])).values()]
  return distinct.length === 1 ? (distinct[0] ?? {}) : distinct.length === 0 ? {} : { anyOf: distinct }
}

/** Parts that all hold: properties together, and what any of them requires. Of two words for the same keyword the last counts. */
function merged(parts: readonly SchemaObject[]): SchemaObject {
  const properties = joinedProperties(parts)
  const required = [...new Set(parts.flatMap((each) => strings(each.required)))]
  const unions = parts.filter((each) => Array.isArray(each.anyOf))
  const { anyOf: _, ...all }: Record<string, unknown> = Object.assign({}, ...parts)
  // Each part that is closed knows its own properties alone; together they would refuse each other's.
  delete all.additionalProperties
  return {
    ...all,
    ...(Object.keys(properties).length > 0 && { type: 'object', properties }),
    ...(required.length > 0 && { required }),
    ...(unions.length === 1 && { anyOf: unions[0]?.anyOf }),
  }
}

/** Not by assigning: a property may be named `__proto__`. */
function joinedProperties(parts: readonly SchemaObject[]): SchemaObject {
  return Object.fromEntries(parts.flatMap(({ properties }) => (isObject(properties) ? Object.entries(properties) : [])))
}

function schemas(value: unknown): readonly SchemaObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** True for an object that is no list. */
export function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
