import type { ErrorObject } from 'ajv'

/** Problems that are told of one value. */
const mostProblems = 20
/** Drafts whose words the newest one no longer has, or has with another meaning. */
const olderDraft = /json-schema\.org\/draft-0\d\//

/** What is wrong with a value, path by path; nothing where it fits. */
export type JsonSchemaCheck = (value: unknown) => readonly string[]

/**
 * Compiles a JSON Schema. Drafts 4 to 7 are read as draft 7 where `$schema` names one, all others as 2020-12. `format` is
 * not checked.
 *
 * @throws Error that says what is wrong with the schema
 */
export async function compileJsonSchema(schema: Readonly<Record<string, unknown>>): Promise<JsonSchemaCheck> {
  const { $schema: draft, ...rest } = schema
  const isOlder = typeof draft === 'string' && olderDraft.test(draft)
  const { Ajv } = isOlder ? await import('ajv') : { Ajv: (await import('ajv/dist/2020.js')).Ajv2020 }
  const ajv = new Ajv({ allErrors: true, strict: false, logger: false, validateFormats: false })
  const check = ajv.compile(rest)
  return (value) => {
    if (check(value)) return []
    const problems = [...new Set((check.errors ?? []).map(describeProblem))]
    const more = problems.length - mostProblems
    return more > 0 ? [...problems.slice(0, mostProblems), `… and ${more} more`] : problems
  }
}

/** `/items/0/name: must be string`; the whole value is `/`. */
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
