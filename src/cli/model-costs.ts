import type { KernelClient, ModelPrice, UsageOfDay, UsageReport } from '../plugin-api/index.ts'
import { usageCost } from '../thread/usage-cost.ts'

/**
 * What requests cost, in US dollars, by the prices that are known now. Undefined where one is not known. A long request that has
 * a price of its own counts as a short one: sums do not say how long each was.
 */
export async function modelCosts(
  { days }: Pick<UsageReport, 'days'>,
  kernel: Pick<KernelClient, 'models'>,
  signal: AbortSignal,
): Promise<(used: UsageOfDay) => number | undefined> {
  const prices = new Map<string, ModelPrice>()
  for (const provider of new Set(days.map((day) => day.provider))) {
    // A provider that is no longer there has no prices.
    const known = await kernel.models({ provider, offline: true }, signal).catch(() => undefined)
    for (const { id, price } of known?.models ?? []) if (price) prices.set(`${provider}/${id}`, price)
  }
  return ({ provider, model, usage }) => {
    const price = prices.get(`${provider}/${model}`) ?? prices.get(`${provider}/*`)
    if (price === undefined) return undefined
    const { long_context: _, ...short } = price
    return usageCost(usage, short)
  }
}
