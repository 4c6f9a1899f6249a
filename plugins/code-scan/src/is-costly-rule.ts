import type { AstRule } from './ast-rule.ts'
import type { ScanRule } from './scan-rule.ts'

/**
 * True for rules that can take quadratic time or worse on a large file: those that look along all siblings, and those
 * that look around from places that they found by looking around. The search is native code, which cannot be interrupted.
 */
export function isCostlyRule(rule: ScanRule): boolean {
  const rules = [rule.rule, ...Object.values(rule.constraints ?? {}), ...Object.values(rule.utils ?? {})]
  const flow = rule.flow
    ? [...rule.flow.sources, ...rule.flow.sanitizers, ...rule.flow.guards.pass, ...rule.flow.guards.fail]
    : []
  return [...rules, ...flow].some((each) => cost(each) > 1)
}

/** How many searches without a near end lie in each other; one along siblings counts twice, since lists are long. */
function cost(rule: AstRule): number {
  const around = [rule.inside, rule.has].map((inner) => (inner ? cost(inner) + (isFar(inner) ? 1 : 0) : 0))
  const along = [rule.precedes, rule.follows].map((inner) => (inner ? cost(inner) + (isFar(inner) ? 2 : 0) : 0))
  const parts = [...(rule.all ?? []), ...(rule.any ?? []), ...(rule.not ? [rule.not] : [])].map(cost)
  return Math.max(0, ...around, ...along, ...parts)
}

const isFar = (rule: AstRule): boolean => rule.stopBy !== undefined && rule.stopBy !== 'neighbor'
