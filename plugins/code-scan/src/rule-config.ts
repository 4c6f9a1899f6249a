import type { AstRule } from './ast-rule.ts'
import type { NapiConfig } from './open-parser.ts'

interface RuleParts {
  readonly rule: AstRule
  readonly constraints?: Readonly<Record<string, AstRule>> | undefined
  readonly utils?: Readonly<Record<string, AstRule>> | undefined
}

/** A rule in the form that the parser takes. */
export function toNapi({ rule, constraints, utils }: RuleParts): NapiConfig {
  const config = { rule, ...(constraints ? { constraints } : {}), ...(utils ? { utils } : {}) }
  return config as NapiConfig // the same words; theirs are not readonly
}
