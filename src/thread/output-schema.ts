import { CodexError } from '../plugin-api/index.ts'
import { compileJsonSchema } from '../tools/json-schema-check.ts'

/**
 * Compiles an output schema. What comes back checks a message: what is wrong with it, path by path; nothing where it fits.
 * Drafts 4 to 7 are read as draft 7 where `$schema` names one, all others as 2020-12. `format` is not checked.
 *
 * @throws CodexError `schema.invalid`
 */
export async function openOutputSchema(
  schema: Readonly<Record<string, unknown>>,
): Promise<(text: string) => readonly string[]> {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw invalid('it is no JSON object')
  }
  try {
    const check = await compileJsonSchema(schema)
    return (text) => {
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch (error) {
        return [`it is not JSON: ${error instanceof Error ? error.message : String(error)}`]
      }
      return check(value)
    }
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error))
  }
}

function invalid(problem: string): CodexError {
  return new CodexError('schema.invalid', `The output schema is no JSON Schema: ${problem}`, {
    hint: 'Give one JSON Schema, an object such as {"type":"object","properties":{...},"required":[...],"additionalProperties":false}.',
  })
}
