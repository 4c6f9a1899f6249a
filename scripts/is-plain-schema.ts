import type { $ZodType, $ZodTypes } from 'zod/v4/core'

/** Checks that JSON Schema has keywords for, by the names that zod gives them. */
const plainChecks: ReadonlySet<string> = new Set([
  ...['min_length', 'max_length', 'greater_than', 'less_than', 'number_format'],
])

/**
 * True for a schema of which its JSON Schema says all: closed objects, lists, texts, numbers, choices and defaults. False where a
 * function tests or changes something, and for patterns and formats, which others may read in another way.
 */
export function isPlainSchema(schema: $ZodType): boolean {
  const { def } = (schema as $ZodTypes)._zod // every schema is one of these (zod's own documentation for libraries)
  if (!(def.checks ?? []).every((check) => plainChecks.has(check._zod.def.check))) return false
  switch (def.type) {
    case 'object':
      return def.catchall?._zod.def.type === 'never' && Object.values(def.shape).every(isPlainSchema)
    case 'array':
      return isPlainSchema(def.element)
    case 'optional':
    case 'default':
      return isPlainSchema(def.innerType)
    case 'string':
      return !('format' in def) && def.coerce !== true
    case 'number':
      return (!('format' in def) || def.format === 'safeint') && def.coerce !== true
    case 'enum':
      return Object.values(def.entries).every((value) => typeof value === 'string')
    case 'boolean':
      return def.coerce !== true
    default:
      return false
  }
}
