import type { CallsOfDay, UsageOfDay, UsageReport } from '../../plugin-api/index.ts'
import { cellWidth } from '../cell-width.ts'
import { colours } from '../colours.ts'
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
  /** How often each tool was called, the most used first. */
  readonly tools: Readonly<Record<string, number>>
}

/** Sums over days, models or agents: days in order, the others the most used first. */
export function sumUsage(
  { days, calls }: UsageReport,
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
      tools: {},
      ...(total !== undefined && (before !== undefined || cost !== undefined) && { cost: total }),
    })
  }
  // What a playbook calls takes no request.
  for (const called of calls) {
    const group = groupOf(called, by)
    if (!sums.has(group)) sums.set(group, { ...nothing, group })
  }
  const all = [...sums.values()].map((sum) => ({ ...sum, tools: toolsOf(sum.group, calls, by) }))
  return by === 'day' ? all.sort((a, b) => (a.group < b.group ? -1 : 1)) : all.sort((a, b) => tokensOf(b) - tokensOf(a))
}

const nothing = { requests: 0, input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, cost: 0, tools: {} }

function toolsOf(group: string, calls: readonly CallsOfDay[], by: UsageGroup): Readonly<Record<string, number>> {
  const sums = new Map<string, number>()
  for (const called of calls) {
    if (groupOf(called, by) === group) sums.set(called.tool, (sums.get(called.tool) ?? 0) + called.calls)
  }
  return Object.fromEntries([...sums].sort(([, a], [, b]) => b - a))
}

const maxBarWidth = 30
const minBarWidth = 5
const maxTools = 12

/** The sums as bars, and the tools that were called. `bars` false: numbers alone, for screen readers and pipes. `width`: cells of a line; absent: any. */
export function usageText(
  report: UsageReport,
  sums: readonly UsageSum[],
  {
    bars,
    colour,
    width = Number.POSITIVE_INFINITY,
  }: { readonly bars: boolean; readonly colour: boolean; readonly width?: number },
): string {
  const { replayedThreads: replayed } = report
  const leftOut =
    replayed > 0
      ? [`${counted(replayed, 'thread')} ran from a recording: what was replayed asked no model, and is not counted.`]
      : []
  if (sums.length === 0) return ['No requests to models are recorded.', ...leftOut].join('\n')
  const most = Math.max(...sums.map(tokensOf), 1)
  const paint = colours(colour)
  const chart = (count: number, all: number) => (room: number) =>
    bars && count > 0 ? paint.green('█'.repeat(Math.max(1, Math.round((count / all) * room)))) : ''
  const lines = table(
    sums.map((sum) => ({
      cells: [
        printableLine(sum.group),
        `${shortCount(tokensOf(sum))} tokens`,
        counted(sum.requests, 'request'),
        counted(callsOf(sum), 'call'),
        cacheText(sum),
        sum.cost === undefined ? 'cost unknown' : dollars(sum.cost),
      ],
      bar: chart(tokensOf(sum), most),
    })),
    width,
  )
  const shown = report.tools.slice(0, maxTools)
  const tools = table(
    shown.map(({ tool, calls }) => ({
      cells: [printableLine(tool), counted(calls, 'call')],
      bar: chart(calls, shown[0]?.calls ?? 1),
    })),
    width,
  )
  const more = report.tools.length - shown.length
  const toolLines = tools.length === 0 ? [] : ['', ...tools, ...(more > 0 ? [`and ${more} more tools`] : [])]
  const total = sums.reduce((sum, each) => sum + tokensOf(each), 0)
  const costs = sums.map(({ cost }) => cost)
  const cost = costs.includes(undefined) ? [] : [dollars(costs.reduce<number>((sum, each) => sum + (each ?? 0), 0))]
  const totals = [
    `${report.threads} ${report.threads === 1 ? 'thread' : 'threads'}`,
    `${shortCount(total)} tokens`,
    ...cost,
  ]
  return [...lines, '', paint.bold(totals.join(', ')), ...leftOut, ...toolLines].join('\n')
}

function groupOf({ day, provider, model, agent }: UsageOfDay | CallsOfDay, by: UsageGroup): string {
  if (by === 'day') return day
  if (by === 'agent') return agent === '' ? 'default' : agent
  return provider === '' ? model : `${provider}/${model}`
}

interface TableRow {
  readonly cells: readonly string[]
  /** As long as its share of so many cells. */
  readonly bar: (room: number) => string
}

/** Columns as wide as their widest cell, then a bar where there is room for one; a row that is too wide goes on in the next line. */
function table(rows: readonly TableRow[], width: number): readonly string[] {
  const widths = (rows[0]?.cells ?? []).map((_, column) =>
    Math.max(...rows.map(({ cells }) => cellWidth(cells[column] ?? ''))),
  )
  const room = Math.min(maxBarWidth, width - widths.reduce((sum, each) => sum + each + 2, 0))
  return rows.flatMap(({ cells, bar }) => {
    const padded = cells.map((cell, column) => `${cell}${' '.repeat((widths[column] ?? 0) - cellWidth(cell))}`)
    return linesOf(padded, width).map((line, index, all) =>
      index === all.length - 1 && room >= minBarWidth ? `${line}  ${bar(room)}`.trimEnd() : line.trimEnd(),
    )
  })
}

/** Cells side by side, as many as fit into a line; those of further lines stand in by two. */
function linesOf(cells: readonly string[], width: number): readonly string[] {
  const lines: string[] = []
  for (const cell of cells) {
    const last = lines.at(-1)
    const joined = `${last}  ${cell}`
    if (last === undefined) lines.push(cell)
    else if (cellWidth(joined.trimEnd()) > width) lines.push(`  ${cell}`)
    else lines[lines.length - 1] = joined
  }
  return lines
}

function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}s`}`
}

const callsOf = ({ tools }: UsageSum): number => Object.values(tools).reduce((sum, calls) => sum + calls, 0)

const tokensOf = (sum: UsageSum): number => sum.input_tokens + sum.output_tokens

function cacheText({ input_tokens: sent, cached_input_tokens: cached }: UsageSum): string {
  return `${sent === 0 ? 0 : Math.round((100 * cached) / sent)} % cached`
}
