import { z } from 'codex-kernel/plugin-api'

/** An ast-grep rule object, with the words of https://ast-grep.github.io/reference/rule.html. */
export interface AstRule {
  readonly pattern?: string | { readonly context: string; readonly selector?: string; readonly strictness?: string }
  readonly kind?: string
  readonly regex?: string
  readonly nthChild?: number | string
  readonly inside?: AstRule
  readonly has?: AstRule
  readonly precedes?: AstRule
  readonly follows?: AstRule
  readonly all?: readonly AstRule[]
  readonly any?: readonly AstRule[]
  readonly not?: AstRule
  readonly matches?: string
  /** Of a relation: how far it looks. */
  readonly stopBy?: 'neighbor' | 'end' | AstRule
  /** Of a relation: the field that has to hold it. */
  readonly field?: string
}

const nested = z.lazy((): z.ZodType<AstRule> => astRuleSchema)

/** Checks the shape of an ast-grep rule object; kinds and patterns are checked by the parser of the language. */
export const astRuleSchema: z.ZodType<AstRule> = z
  .strictObject({
    pattern: z.union([
      z.string(),
      z.strictObject({
        context: z.string(),
        selector: z.string().exactOptional(),
        strictness: z.enum(['cst', 'smart', 'ast', 'relaxed', 'signature']).exactOptional(),
      }),
    ]),
    kind: z.string(),
    regex: z.string().describe('Regular expression of Rust, over the text of the node.'),
    nthChild: z.union([z.int(), z.string()]),
    inside: nested,
    has: nested,
    precedes: nested,
    follows: nested,
    all: z.array(nested).min(1),
    any: z.array(nested).min(1),
    not: nested,
    matches: z.string().describe('Id of a rule in `utils`.'),
    stopBy: z.union([z.enum(['neighbor', 'end']), nested]),
    field: z.string(),
  })
  .partial()
  .transform((rule) => rule as AstRule) // `partial` also allows undefined, which YAML cannot say
