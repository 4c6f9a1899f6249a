import { z } from 'zod'
import { defaultConfig } from './defaults.ts'
import { fieldDescription, fieldSchema, knownNames } from './field-schema.ts'
import { configFields } from './schema.ts'
import { tomlKey } from './stringify-toml.ts'
import { valueAt } from './table.ts'

/** What the schema says of a key. */
export interface FieldFacts {
  readonly description?: string
  /** In words: `true or false`, `a list of texts`. */
  readonly type: string
  /** The values that it takes, where they are a list. */
  readonly values?: readonly string[]
  readonly default?: unknown
}

/** What the schema says of a key, by its path; undefined where it does not know it. */
export function fieldFacts(path: readonly string[]): FieldFacts | undefined {
  const schema = fieldSchema(path)
  if (schema === undefined) return undefined
  const description = fieldDescription(path)
  const type = unwrapped(schema)
  const fallback = valueAt(defaultConfig, path)
  return {
    ...(description !== undefined && { description }),
    type: typeText(type),
    ...(type instanceof z.ZodEnum && { values: type.options.map(String) }),
    ...(fallback !== undefined && { default: fallback }),
  }
}

/** Every key that the schema names, tables included, as dotted keys. */
export function knownKeys(): readonly string[] {
  const below = (path: readonly string[]): readonly string[] =>
    knownNames(path).flatMap((name) => [tomlKey([...path, name]), ...below([...path, name])])
  return Object.keys(configFields).flatMap((key) => [key, ...below([key])])
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema
}

function typeText(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodString) return 'text'
  if (schema instanceof z.ZodBoolean) return 'true or false'
  if (schema instanceof z.ZodNumber) return schema.isInt ? 'a whole number' : 'a number'
  if (schema instanceof z.ZodEnum) return 'one of the values'
  if (schema instanceof z.ZodArray) return `a list (each: ${typeText(schema.element)})`
  if (schema instanceof z.ZodUnion) return schema.options.map((option) => typeText(unwrapped(option))).join(', or ')
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return 'a table'
  return 'anything'
}
