import { z } from 'zod'
import { agentRole } from './schema/agent-fields.ts'
import { configFields, isConfigKey } from './schema.ts'
import { ownValue } from './table.ts'

/** The schema of a field, by its path; undefined where the schema says nothing about it. */
export function fieldSchema(path: readonly (string | number)[]): z.core.$ZodType | undefined {
  const [key, ...rest] = path
  if (typeof key !== 'string' || !isConfigKey(key)) return undefined
  const [name, ...inRole] = rest
  // A table of [agents] that is no setting is a role.
  if (key === 'agents' && name !== undefined && !knownNames(['agents']).includes(String(name))) {
    return inRole.reduce<z.core.$ZodType | undefined>(inside, agentRole())
  }
  return rest.reduce<z.core.$ZodType | undefined>(inside, configFields[key]())
}

/** The names that a table knows; empty for one whose names are free. The empty path is the top level. */
export function knownNames(path: readonly (string | number)[]): readonly string[] {
  if (path.length === 0) return Object.keys(configFields)
  const schema = unwrapped(fieldSchema(path))
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}

/** What a field is for, as its schema says. */
export function fieldDescription(path: readonly (string | number)[]): string | undefined {
  const schema = fieldSchema(path)
  return schema instanceof z.ZodType ? schema.description : undefined
}

function inside(schema: z.core.$ZodType | undefined, key: string | number): z.core.$ZodType | undefined {
  const table = unwrapped(schema)
  if (table instanceof z.ZodObject) return ownValue(table.shape, String(key))
  if (table instanceof z.ZodRecord) return table.valueType
  if (table instanceof z.ZodArray) return table.element
  return undefined
}

function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema
}
