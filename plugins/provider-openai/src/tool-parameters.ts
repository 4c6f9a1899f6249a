import { portableSchema } from 'codex-kernel/plugin-api'
import { isStrictSchema } from './strict-schema.ts'

/** The schema of a tool's arguments as both APIs take it, and whether the model may be held to it word by word. */
export function toolParameters(schema: Readonly<Record<string, unknown>>): {
  readonly parameters: Record<string, unknown>
  readonly strict: boolean
} {
  const parameters = { ...portableSchema(schema) }
  return { parameters, strict: isStrictSchema(parameters) }
}
