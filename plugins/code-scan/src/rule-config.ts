import type { AstRule } from './ast-rule.ts'
import type { SyntaxId } from './expression.ts'
import type { NapiConfig } from './open-parser.ts'
import { asciiRegex, plainRegex } from './plain-regex.ts'
import type { RuleParts } from './prune-rule.ts'

/**
 * A rule in the form that the parser takes. A pattern such as `f($A, $$$)` also matches `f(a)`: for the parser the
 * comma has to be there unless it compares named nodes alone.
 */
export function toNapi(parts: RuleParts, { syntax, isAscii }: ConfigUse): NapiConfig {
  const ofParts = known.get(parts) ?? new Map<string, NapiConfig>()
  known.set(parts, ofParts)
  const key = `${syntax} ${isAscii}`
  const config = ofParts.get(key) ?? configOf(parts, syntax, isAscii ? asciiRegex : plainRegex)
  ofParts.set(key, config)
  return config
}

/** What a rule is to be run on. */
export interface ConfigUse {
  readonly syntax: SyntaxId
  /** No other character is in the text. */
  readonly isAscii: boolean
}

/** A rule is asked for with every file. */
const known = new WeakMap<RuleParts, Map<string, NapiConfig>>()

function configOf(
  { rule, constraints, utils }: RuleParts,
  syntax: SyntaxId,
  regexOf: (regex: string) => string,
): NapiConfig {
  const parts = { rule, ...(constraints ? { constraints } : {}), ...(utils ? { utils } : {}) }
  const config = JSON.parse(JSON.stringify(parts), (key, value: unknown) => {
    if (typeof value !== 'string') return withBothQuotes(value, syntax)
    if (key === 'regex') return regexOf(value)
    return key === 'pattern' ? patternOf(value, syntax) : value
  })
  return config as NapiConfig // the same words as the schema of rules; theirs are not readonly
}

/** A call of Go such as `db.Query($SQL)` is a conversion of types outside of a function. */
function patternOf(text: string, syntax: SyntaxId): AstRule['pattern'] {
  const strictness = hasOpenList.test(text) ? ({ strictness: 'ast' } as const) : {}
  if (syntax === 'go' && /^[\w$.]+\([\s\S]*\)$/.test(text)) {
    return { context: `func t() { ${text} }`, selector: 'call_expression', ...strictness }
  }
  return hasOpenList.test(text) ? { context: text, ...strictness } : text
}

/** In Python the quotes are nodes of the tree, so that a pattern with the others does not match. */
function withBothQuotes(value: unknown, syntax: SyntaxId): unknown {
  if (syntax !== 'python' || typeof value !== 'object' || value === null || !('pattern' in value)) return value
  const { pattern, ...rest } = value
  const other = JSON.parse(JSON.stringify(pattern), (_, text: unknown) =>
    typeof text === 'string'
      ? text.replace(/(['"])([^'"]*)\1/g, (_all, quote, inner) => (quote === "'" ? `"${inner}"` : `'${inner}'`))
      : text,
  )
  if (JSON.stringify(other) === JSON.stringify(pattern)) return value
  const both = { any: [{ pattern }, { pattern: other }] }
  return 'any' in rest || 'all' in rest
    ? { ...rest, all: [both, ...('all' in rest && Array.isArray(rest.all) ? rest.all : [])] }
    : { ...rest, ...both }
}

const hasOpenList = /,\s*\$\$\$[A-Z_]*\s*[)\]}]|[([{]\s*\$\$\$[A-Z_]*\s*,/
