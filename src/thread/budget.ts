import { grouped } from '../plugin-api/grouped.ts'
import { CodexError, type ThreadItemBody } from '../plugin-api/index.ts'
import type { DayRecord } from './day-record.ts'
import type { ConnectedModel, TurnBudget } from './turn.ts'
import { usageCost } from './usage-cost.ts'

/** Bounds of one scope; absent: none. */
export interface BudgetLimits {
  /** US dollars. */
  readonly max_cost?: number | undefined
  /** Tokens, sent and received. */
  readonly max_tokens?: number | undefined
}

/** What was used. */
export interface Spent {
  readonly tokens: number
  /** US dollars, as far as prices are known. */
  readonly cost: number
}

/** What was used under each scope of a run: `run`, `agent ID`. */
export type SpentByScope = Readonly<Record<string, Spent>>

/** The budget of one thread: all bounds that it and those above it are under. */
export interface ThreadBudget extends TurnBudget {
  /** That of a thread of this agent, begun by this one. All threads of an agent in a run share its bounds. */
  forAgent(id: string, limits: BudgetLimits): ThreadBudget
  /** Told before the turn: which price is not known; undefined where all that is bound can be counted. */
  unpriced(model: ConnectedModel): string | undefined
  /** What all threads of the run have used so far. What is counted in a record of its own is not in it. */
  spent(): SpentByScope
}

/** Counts against one set of bounds. */
interface Meter {
  readonly scope: string
  readonly limits: BudgetLimits
  /** What can be done where it is spent. */
  readonly hint: string
  /** Kept in this file, for all processes; absent: counted here. */
  readonly record?: DayRecord
  spent: Spent
}

type Measure = 'tokens' | 'cost'

/** A warning comes where so much of a budget is used. */
const warnedShare = 0.8

/**
 * The budget of a run: of the thread that a person starts, and of all that it hands on. It is asked before a request and
 * counts after it, so that a request that begins within it is carried out whole.
 *
 * @param day bounds of all runs of a day, and where those are counted; absent: none
 * @param before what a run that goes on has used already; absent: nothing
 */
export function openBudget(
  run: BudgetLimits,
  day: { readonly limits: BudgetLimits; readonly record: DayRecord } | undefined,
  before: SpentByScope = {},
): ThreadBudget {
  const hint = 'Go on with a larger one: codex exec --max-tokens N (or --max-cost USD) resume THREAD "go on".'
  const meters = [{ ...meter('run', run, hint), ...(before.run && { spent: before.run }) }]
  if (day) {
    const later = 'Go on tomorrow, or raise budget.day_max_tokens or budget.day_max_cost in config.toml.'
    meters.push(meter('day', day.limits, later, day.record))
  }
  return budgetOf(meters.filter(isBound), { agents: new Map(), before })
}

/** What the threads of a run share. */
interface RunMeters {
  readonly agents: Map<string, Meter>
  readonly before: SpentByScope
}

function budgetOf(meters: readonly Meter[], run: RunMeters): ThreadBudget {
  const { agents, before } = run
  // Each thread tells it in its own stream: who began it does not see those of the others.
  const warned = new Set<string>()
  const uncounted = new Set<string>()
  const hasCost = meters.some(({ limits }) => limits.max_cost !== undefined)
  const hasTokens = meters.some(({ limits }) => limits.max_tokens !== undefined)
  return {
    async assertRoom() {
      for (const each of meters) {
        if (each.record) each.spent = await each.record.read()
        assertUnspent(each)
      }
    },
    assertPriced(model) {
      if (hasCost && !hasTokens && !isPriced(model)) throw unpricedModel(model)
    },
    unpriced(model) {
      if (!hasCost || isPriced(model)) return undefined
      return `The price of ${nameOf(model)} is not known: of its budgets, only those in tokens hold.`
    },
    async spend(usage, model) {
      const { price } = model.modelInfo
      const spent = { tokens: usage.input_tokens + usage.output_tokens, cost: price ? usageCost(usage, price) : 0 }
      for (const each of meters) each.spent = each.record ? await each.record.add(spent) : sum(each.spent, spent)
      // No answer takes no tokens: its server did not say how many.
      if (meters.length > 0 && spent.tokens === 0) uncounted.add(nameOf(model))
    },
    warnings() {
      const near = meters.flatMap(nearlySpent).filter(({ scope, measure }) => !warned.has(`${scope} ${measure}`))
      for (const { scope, measure } of near) warned.add(`${scope} ${measure}`)
      const silent = [...uncounted].filter((name) => !warned.has(name))
      for (const name of silent) warned.add(name)
      return [...near, ...silent.map(withoutUsage)]
    },
    forAgent(id, limits) {
      const own =
        agents.get(id) ?? meter(`agent ${id}`, limits, `Raise max_tokens or max_cost under [limits] of agent ${id}.`)
      if (!isBound(own) || meters.includes(own)) return budgetOf(meters, run)
      if (!agents.has(id)) own.spent = before[own.scope] ?? own.spent
      agents.set(id, own)
      return budgetOf([...meters, own], run)
    },
    spent() {
      const counted = [...meters, ...agents.values()].filter(({ record }) => record === undefined)
      return { ...before, ...Object.fromEntries(counted.map(({ scope, spent }) => [scope, spent])) }
    },
  }
}

function meter(scope: string, limits: BudgetLimits, hint: string, record?: DayRecord): Meter {
  return { scope, limits, hint, spent: { tokens: 0, cost: 0 }, ...(record && { record }) }
}

function isBound({ limits }: Meter): boolean {
  return limits.max_cost !== undefined || limits.max_tokens !== undefined
}

function isPriced({ provider, modelInfo }: ConnectedModel): boolean {
  return provider.modelFree === true || modelInfo.price !== undefined
}

function sum(a: Spent, b: Spent): Spent {
  return { tokens: a.tokens + b.tokens, cost: a.cost + b.cost }
}

function bounds({ limits, spent }: Meter): readonly { measure: Measure; used: number; limit: number }[] {
  const { max_tokens: tokens, max_cost: cost } = limits
  return [
    ...(tokens === undefined ? [] : [{ measure: 'tokens', used: spent.tokens, limit: tokens } as const]),
    ...(cost === undefined ? [] : [{ measure: 'cost', used: spent.cost, limit: cost } as const]),
  ]
}

function nearlySpent(each: Meter): readonly Extract<ThreadItemBody, { type: 'budget_warning' }>[] {
  return bounds(each)
    .filter(({ used, limit }) => used >= limit * warnedShare)
    .map((bound) => ({ type: 'budget_warning', scope: each.scope, ...bound }))
}

function withoutUsage(name: string): ThreadItemBody {
  return {
    type: 'error',
    message: `${name} does not say how many tokens its answer used: no budget counts it, and none bounds such answers.`,
  }
}

function assertUnspent(each: Meter): void {
  const spent = bounds(each).find(({ used, limit }) => used >= limit)
  if (!spent) return
  const amount = (value: number) => (spent.measure === 'cost' ? `$${value.toFixed(4)}` : grouped(value))
  const of = `${amount(spent.used)} of ${amount(spent.limit)}${spent.measure === 'cost' ? '' : ' tokens'}`
  const code = spent.measure === 'cost' ? 'budget.cost' : 'budget.tokens'
  throw new CodexError(code, `The budget of the ${each.scope} is spent: ${of}`, { hint: each.hint })
}

function unpricedModel(model: ConnectedModel): CodexError {
  return new CodexError(
    'budget.unpriced',
    `The price of ${nameOf(model)} is not known, so a budget in dollars cannot be held`,
    {
      hint: `Bound the tokens too (--max-tokens N), or say what it costs: [model_prices.${JSON.stringify(model.model)}] with input and output, in dollars for a million tokens.`,
    },
  )
}

function nameOf({ context, model }: ConnectedModel): string {
  return `${context.settings.id}/${model}`
}
