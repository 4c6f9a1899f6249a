import type { Rule } from '../../plugin-api/index.ts'
import { isAtOrBelow, literalBase } from '../permissions/path-pattern.ts'

/** A place that a rule allows: a whole directory (or file), or some of what lies below one (`src/**` against `src/**\/*.ts`). */
interface Root {
  readonly path: string
  readonly whole: boolean
  readonly pattern: string
}

/** The places that every clause of a rule allows. An operating system can hold a process to `whole` ones alone. */
export interface RuleRoots {
  readonly whole: readonly string[]
  /** Patterns that stand for a part of a directory. */
  readonly partial: readonly string[]
  /** The directories that those patterns begin with. */
  readonly bases: readonly string[]
}

/** Of a rule that a thread has, each of its commands asks for them. */
const known = new WeakMap<Rule, RuleRoots>()

/** `all` where the rule has no clause. Denials are not looked at. */
export function rootsOfRule(rule: Rule): 'all' | RuleRoots {
  if (rule.length === 0) return 'all'
  const roots = known.get(rule) ?? rootsOfClauses(rule)
  known.set(rule, roots)
  return roots
}

function rootsOfClauses(rule: Rule): RuleRoots {
  const [first = [], ...others] = rule.map((clause) => clause.allow.map(rootOf))
  const roots = others.reduce((a, b) => a.flatMap((one) => b.flatMap((other) => overlap(one, other))), first)
  return {
    whole: [...new Set(roots.filter((root) => root.whole).map((root) => root.path))],
    partial: [...new Set(roots.filter((root) => !root.whole).map((root) => root.pattern))],
    bases: [...new Set(roots.filter((root) => !root.whole).map((root) => root.path))],
  }
}

function rootOf(pattern: string): Root {
  const { path, plain } = literalBase(pattern)
  return { path, whole: plain, pattern }
}

/** What lies in both: the inner one, where the outer one is whole. */
function overlap(a: Root, b: Root): readonly Root[] {
  const [outer, inner] = isAtOrBelow(b.path, a.path) ? [a, b] : [b, a]
  if (!isAtOrBelow(inner.path, outer.path)) return []
  if (outer.whole) return [inner]
  // Two patterns over one directory, or a pattern over a directory inside: only a part of it, whichever that is.
  return [{ path: inner.path, whole: false, pattern: `${outer.pattern} and ${inner.pattern}` }]
}
