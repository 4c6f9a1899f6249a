import { type PlanOrder, planNeeds, tasksBefore } from '../plugin-api/plan-graph.ts'

/**
 * Tasks of a plan during which another one may run: neither comes before the other. None where one runs at a time.
 *
 * @param plan without a cycle (`planProblems`)
 */
export function tasksBeside(plan: PlanOrder, maxParallel: number): ReadonlySet<string> {
  if (maxParallel < 2) return new Set()
  const before = tasksBefore(planNeeds(plan))
  const ids = plan.tasks.map(({ id }) => id)
  const isOrdered = (a: string, b: string) => before.get(a)?.has(b) || before.get(b)?.has(a)
  return new Set(ids.filter((id) => ids.some((other) => other !== id && !isOrdered(id, other))))
}
