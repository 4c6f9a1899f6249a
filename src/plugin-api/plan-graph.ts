import type { Plan, Task } from './workflow.ts'

/** The parts of a plan that say what comes before what. */
export type PlanOrder = Pick<Plan, 'strategy'> & { readonly tasks: readonly Pick<Task, 'id' | 'needs'>[] }

/**
 * What comes before each task, by ids in the order of the plan: nothing (parallel, collaborative), all tasks that stand before it (sequential), or
 * what it names in `needs` (hybrid). One scheduler carries them all out.
 */
export function planNeeds({ strategy, tasks }: PlanOrder): ReadonlyMap<string, readonly string[]> {
  const ids = tasks.map(({ id }) => id)
  return new Map(
    tasks.map(({ id, needs }, index) => {
      if (strategy === 'sequential') return [id, ids.slice(0, index)]
      return [id, strategy === 'hybrid' ? ids.filter((each) => needs.includes(each)) : []]
    }),
  )
}

/** All that comes before each task, directly or by way of others. A task on a cycle comes before itself. */
export function tasksBefore(needs: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    [...needs.keys()].map((id) => {
      const before = new Set<string>()
      const left = [...(needs.get(id) ?? [])]
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        if (before.has(next)) continue
        before.add(next)
        left.push(...(needs.get(next) ?? []))
      }
      return [id, before]
    }),
  )
}
