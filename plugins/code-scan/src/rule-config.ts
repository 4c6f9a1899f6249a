import type { AstRule } from './ast-rule.ts'
import type { NapiConfig } from './open-parser.ts'

interface RuleParts {
  readonly rule: AstRule
  readonly constraints?: Readonly<Record<string, AstRule>> | undefined
  readonly utils?: Readonly<Record<string, AstRule>> | undefined
}

/**
 * A rule in the form that the parser takes. A pattern such as `f($A, $$$)` also matches `f(a)`: for the parser the
 * comma has to be there unless it compares named nodes alone.
 */
export function toNapi({ rule, constraints, utils }: RuleParts): NapiConfig {
  const parts = { rule, ...(constraints ? { constraints } : {}), ...(utils ? { utils } : {}) }
  const config = JSON.parse(JSON.stringify(parts), (key, value: unknown) =>
    key === 'pattern' && typeof value === 'string' && hasOpenList.test(value)
      ? { context: value, strictness: 'ast' }
      : value,
  )
  return config as NapiConfig // the same words as the schema of rules; theirs are not readonly
}

const hasOpenList = /,\s*\$\$\$[A-Z_]*\s*[)\]}]|[([{]\s*\$\$\$[A-Z_]*\s*,/
