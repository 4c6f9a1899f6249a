import { join } from 'node:path'
import { lazily } from '../kernel/lazily.ts'
import type { AgentDefinition } from '../plugin-api/index.ts'
import type { SpentByScope, ThreadBudget } from '../thread/budget.ts'
import type { Kernel } from './load-kernel.ts'

/** What a thread is under of budgets, for itself and those that it begins. */
export interface BudgetDeps {
  /** The budget of the thread that delegates to this one; absent: none, or there is no such thread. */
  readonly outerBudget?: ThreadBudget | undefined
  /** Opens the budget of the run, the same each time; absent for a thread that a person starts. */
  readonly runBudget?: () => Promise<ThreadBudget>
}

/** The budget of the run that a thread belongs to, opened at its first use and the same for all its threads. */
export function runBudgetOf(deps: BudgetDeps & { readonly kernel: Kernel }): () => Promise<ThreadBudget> {
  return deps.runBudget ?? lazily(() => openRunBudget(deps.kernel, undefined))
}

/** The budget of a thread, opened only where something bounds it, and what the threads that it begins are given. */
export async function threadBudget(
  agent: { readonly id: string; readonly value: AgentDefinition } | undefined,
  deps: BudgetDeps & { readonly kernel: Kernel },
): Promise<BudgetDeps> {
  const runBudget = runBudgetOf(deps)
  const outer = deps.outerBudget ?? (deps.kernel.loaded.config.budget && (await runBudget()))
  const limits = agent?.value.limits
  const of = outer ?? (limits && (await runBudget()))
  // One of its own also where the agent bounds nothing: what is nearly spent is told in each thread.
  return { runBudget, outerBudget: of?.forAgent(agent?.id ?? '', limits ?? {}) }
}

/** @param before what the run has used already, by scope; absent: nothing */
export async function openRunBudget(
  { loaded, codexHome, options }: Kernel,
  before: SpentByScope | undefined,
): Promise<ThreadBudget> {
  const { openBudget } = await import('../thread/budget.ts')
  const { day_max_cost, day_max_tokens, ...run } = loaded.config.budget ?? {}
  if (day_max_cost === undefined && day_max_tokens === undefined) return openBudget(run, undefined, before)
  const { openDayRecord } = await import('../thread/day-record.ts')
  const record = openDayRecord(join(codexHome, 'budget', 'day.json'), options)
  return openBudget(run, { limits: { max_cost: day_max_cost, max_tokens: day_max_tokens }, record }, before)
}
