import type { ErrorObject } from 'ajv'
import { CodexError } from '../plugin-api/index.ts'

/** Problems that are told of one message. */
const mostProblems = 20
/** Drafts whose words the newest one no longer has, or has with another meaning. */
const olderDraft = /json-schema\.org\/draft-0\d\//

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
  const { $schema: draft, ...rest } = schema
  const isOlder = typeof draft === 'string' && olderDraft.test(draft)
  const { Ajv } = isOlder ? await import('ajv') : { Ajv: (await import('ajv/dist/2020.js')).Ajv2020 }
  try {
    const ajv = new Ajv({ allErrors: true, strict: false, logger: false, validateFormats: false })
    const check = ajv.compile(rest)
    return (text) => {
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch (error) {
        return [`it is not JSON: ${error instanceof Error ? error.message : String(error)}`]
      }
      if (check(value)) return []
      const problems = [...new Set((check.errors ?? []).map(describeProblem))]
      const more = problems.length - mostProblems
      return more > 0 ? [...problems.slice(0, mostProblems), `… and ${more} more`] : problems
    }
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error))
  }
}

/** `/items/0/name: must be string`; the whole message is `/`. */
function describeProblem({ instancePath, message, params, keyword }: ErrorObject): string {
  const details: Readonly<Record<string, unknown>> = params
  const named =
    keyword === 'enum'
      ? `: ${JSON.stringify(details.allowedValues)}`
      : keyword === 'const'
        ? `: ${JSON.stringify(details.allowedValue)}`
        : keyword === 'additionalProperties'
          ? `: '${String(details.additionalProperty)}' is one`
          : ''
  return `${instancePath || '/'}: ${message ?? keyword}${named}`
}

function invalid(problem: string): CodexError {
  return new CodexError('schema.invalid', `The output schema is no JSON Schema: ${problem}`, {
    hint: 'Give one JSON Schema, an object such as {"type":"object","properties":{...},"required":[...],"additionalProperties":false}.',
  })
}
