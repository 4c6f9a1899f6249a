import type { UsageOfDay, UsageReport } from '../../plugin-api/index.ts'
import { printableLine } from '../scan/printable-text.ts'
import { dollars, shortCount } from './amounts.ts'

/** What usage is summed by. */
export type UsageGroup = 'day' | 'model' | 'agent'

/** One sum. `cost` in US dollars; absent where the price of one of its models is not known. */
export interface UsageSum {
  readonly group: string
  readonly requests: number
  readonly input_tokens: number
  readonly cached_input_tokens: number
  readonly output_tokens: number
  readonly cost?: number
}

/** Sums over days, models or agents: days in order, the others the most used first. */
export function sumUsage(
  { days }: UsageReport,
  by: UsageGroup,
  costOf: (used: UsageOfDay) => number | undefined,
): readonly UsageSum[] {
  const sums = new Map<string, UsageSum>()
  for (const used of days) {
    const group = groupOf(used, by)
    const before = sums.get(group)
    const cost = costOf(used)
    const total =
      before && (before.cost === undefined || cost === undefined) ? undefined : (before?.cost ?? 0) + (cost ?? 0)
    sums.set(group, {
      group,
      requests: (before?.requests ?? 0) + used.requests,
      input_tokens: (before?.input_tokens ?? 0) + used.usage.input_tokens,
      cached_input_tokens: (before?.cached_input_tokens ?? 0) + used.usage.cached_input_tokens,
      output_tokens: (before?.output_tokens ?? 0) + used.usage.output_tokens,
      ...(total !== undefined && (before !== undefined || cost !== undefined) && { cost: total }),
    })
  }
  const all = [...sums.values()]
  return by === 'day' ? all : all.sort((a, b) => tokensOf(b) - tokensOf(a))
}

const maxBarWidth = 30
const maxTools = 12

/** The sums as bars, and the tools that were called. `plain`: numbers alone, for screen readers and pipes. */
export function usageText(
  report: UsageReport,
  sums: readonly UsageSum[],
  { plain }: { readonly plain: boolean },
): string {
  if (sums.length === 0) return 'No requests to models are recorded.'
  const most = Math.max(...sums.map(tokensOf), 1)
  const rows = sums.map((sum) => [
    printableLine(sum.group),
    `${shortCount(tokensOf(sum))} tokens`,
    `${sum.requests} ${sum.requests === 1 ? 'request' : 'requests'}`,
    cacheText(sum),
    sum.cost === undefined ? 'cost unknown' : dollars(sum.cost),
    ...(plain ? [] : ['█'.repeat(Math.max(1, Math.round((tokensOf(sum) / most) * maxBarWidth)))]),
  ])
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const tools = report.tools.slice(0, maxTools).map(({ tool, calls }) => `${printableLine(tool)} ${calls}`)
  const more = report.tools.length - tools.length
  const toolLine = tools.length > 0 ? [`Tools: ${tools.join(', ')}${more > 0 ? ` and ${more} more` : ''}`] : []
  const total = sums.reduce((sum, each) => sum + tokensOf(each), 0)
  const costs = sums.map(({ cost }) => cost)
  const cost = costs.includes(undefined) ? [] : [dollars(costs.reduce<number>((sum, each) => sum + (each ?? 0), 0))]
  const totals = [
    `${report.threads} ${report.threads === 1 ? 'thread' : 'threads'}`,
    `${shortCount(total)} tokens`,
    ...cost,
  ]
  return [...lines, '', totals.join(', '), ...toolLine].join('\n')
}

function groupOf({ day, provider, model, agent }: UsageOfDay, by: UsageGroup): string {
  if (by === 'day') return day
  if (by === 'agent') return agent === '' ? 'default' : agent
  return provider === '' ? model : `${provider}/${model}`
}

const tokensOf = (sum: UsageSum): number => sum.input_tokens + sum.output_tokens

function cacheText({ input_tokens: sent, cached_input_tokens: cached }: UsageSum): string {
  return `${sent === 0 ? 0 : Math.round((100 * cached) / sent)} % cached`
}
