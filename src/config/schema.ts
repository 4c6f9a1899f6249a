import { z } from 'zod'
import type { defaultConfig } from './defaults.ts'
import { agentFields } from './schema/agent-fields.ts'
import { modelFields } from './schema/model-fields.ts'
import { safetyFields } from './schema/safety-fields.ts'
import { sessionFields } from './schema/session-fields.ts'

/** What makes the schema of each top-level key. */
export const configFields = { ...modelFields, ...safetyFields, ...agentFields, ...sessionFields }

type Fields = typeof configFields
export type ConfigKey = keyof Fields

/**
 * A configuration file: every key may be absent. A field's schema is made when it is first looked at, since a start must not pay for keys that
 * no file holds; `checkLayer` parses key by key and so tells an unknown one from a wrong one.
 */
export const configSchema = z.strictObject(lazyShape())
export type ConfigFile = Readonly<z.infer<typeof configSchema>>

/** All layers together. What has a default is there. */
export type Config = Filled<ConfigFile, typeof defaultConfig>

// `Omit` would lose the named keys of a table that takes any.
type Filled<T, D> = { readonly [Key in keyof T as Key extends keyof D ? never : Key]: T[Key] } & {
  readonly [Key in keyof D & keyof T]-?: D[Key] extends readonly unknown[] | string | number | boolean
    ? Exclude<T[Key], undefined>
    : Filled<Exclude<T[Key], undefined>, D[Key]>
}

function lazyShape(): { [Key in ConfigKey]: z.ZodOptional<ReturnType<Fields[Key]>> } {
  const shape = {}
  for (const [key, field] of Object.entries(configFields)) {
    Object.defineProperty(shape, key, { enumerable: true, configurable: true, get: () => field().optional() })
  }
  // The loop has just defined every key of the fields; a test parses each.
  return shape as { [Key in ConfigKey]: z.ZodOptional<ReturnType<Fields[Key]>> }
}

export function isConfigKey(key: string): key is ConfigKey {
  return Object.hasOwn(configFields, key)
}
