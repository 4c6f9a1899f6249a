import type { AstRule } from './ast-rule.ts'
import { type HasWord, isIn, ownWords, type Required } from './required-texts.ts'

/** What one rule consists of, as the parser takes it. */
export interface RuleParts {
  readonly rule: AstRule
  readonly constraints?: Readonly<Record<string, AstRule>> | undefined
  readonly utils?: Readonly<Record<string, AstRule>> | undefined
}

/** What is left of a rule in a text; undefined where it matches nothing there. */
export type Pruner = (has: HasWord) => RuleParts | undefined

const maxDepth = 20
const maxKept = 64

/**
 * Gives a function that takes out of a rule what cannot match a text, since words that it spells out are not in it. The parser reads every pattern of
 * a rule anew for every file, which takes longer than looking through a file of a hundred lines; a rule with fifty patterns has two left in most files.
 * The same words give the same object.
 */
export function createPruner(parts: RuleParts): Pruner {
  const leaves = leavesOf(parts.rule, parts, 0)
  if (leaves.length === 0) return () => parts
  const kept = new Map<string, RuleParts | undefined>()
  return (has) => {
    const key = leaves.map((required) => (isIn(required, has) ? '1' : '0')).join('')
    if (!key.includes('0')) return parts
    if (kept.has(key)) return kept.get(key)
    if (kept.size >= maxKept) kept.clear()
    const rule = prune(parts.rule, parts, has, 0)
    const left = rule && { ...parts, rule, constraints: constraintsOf(rule, parts) }
    kept.set(key, left)
    return left
  }
}

/**
 * A metavariable inside of `not` is bound there alone, so that no constraint is asked of it; of the alternatives of `any` the first that fits
 * is taken, and no other one is tried when a constraint refuses it.
 */
const withoutConstraints = ({ rule, utils }: RuleParts): RuleParts => ({ rule, utils })

/** The parser refuses one for a metavariable that is nowhere. */
function constraintsOf(rule: AstRule, { constraints = {}, utils }: RuleParts): RuleParts['constraints'] {
  const written = JSON.stringify([rule, utils])
  return Object.fromEntries(
    Object.entries(constraints).filter(([name]) => new RegExp(`\\$${name}(?![A-Z0-9_])`).test(written)),
  )
}

function leavesOf(rule: AstRule, parts: RuleParts, depth: number): readonly Required[] {
  if (depth > maxDepth) return []
  const util = rule.matches === undefined ? undefined : parts.utils?.[rule.matches]
  const inner = [rule.inside, rule.has, rule.precedes, rule.follows, util, ...(rule.all ?? [])]
  const free = [...(rule.any ?? []), rule.not]
  return [
    ownWords(rule, parts.constraints),
    ...inner.flatMap((nested) => (nested ? leavesOf(nested, parts, depth + 1) : [])),
    ...free.flatMap((nested) => (nested ? leavesOf(nested, withoutConstraints(parts), depth + 1) : [])),
  ].filter((required) => required.length > 0)
}

/** Undefined where the rule matches nothing. */
function prune(rule: AstRule, parts: RuleParts, has: HasWord, depth: number): AstRule | undefined {
  if (depth > maxDepth) return rule
  if (!isIn(ownWords(rule, parts.constraints), has)) return undefined
  const left: { -readonly [Key in keyof AstRule]: AstRule[Key] } = { ...rule }
  for (const relation of ['inside', 'has', 'precedes', 'follows'] as const) {
    const nested = rule[relation]
    if (!nested) continue
    const pruned = prune(nested, parts, has, depth + 1)
    if (!pruned) return undefined
    left[relation] = pruned
  }
  const util = rule.matches === undefined ? undefined : parts.utils?.[rule.matches]
  if (util && !prune(util, parts, has, depth + 1)) return undefined
  if (rule.all) {
    const all = rule.all.map((each) => prune(each, parts, has, depth + 1))
    if (!all.every((each) => each !== undefined)) return undefined
    left.all = all
  }
  if (rule.any) {
    const any = rule.any.flatMap((each) => prune(each, withoutConstraints(parts), has, depth + 1) ?? [])
    if (any.length === 0) return undefined
    left.any = any
  }
  if (rule.not) {
    const not = prune(rule.not, withoutConstraints(parts), has, depth + 1)
    if (not) left.not = not
    // The parser wants something that matches: `not` alone stays as it is.
    else if (Object.keys(left).length > 1) delete left.not
  }
  return left
}
