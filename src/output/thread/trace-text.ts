import type { ThreadTrace, TracedPiece, TracedTurn } from '../../plugin-api/index.ts'
import { cellWidth } from '../cell-width.ts'
import { type Colours, colours, type Paint } from '../colours.ts'
import { printableLine } from '../scan/printable-text.ts'
import { wrapText } from '../wrap-text.ts'
import { dollars, shortCount, timeText } from './amounts.ts'
import { subjectOf } from './thread-list.ts'

/** How a trace is shown. */
export interface TraceForm {
  readonly colour: boolean
  /** False: no bars, for pipes and screen readers. */
  readonly bars: boolean
  /** Cells of a line; absent: any. */
  readonly width?: number
}

const barWidth = 24
/** Below it there is no room for bars. */
const leastWidthForBars = 100
/** Labels that have less room behind the times stand in lines of their own. */
const leastLabelWidth = 36
const maxPromptLength = 100
const maxNameLength = 80
/** A piece is slow that takes a second, and a third of its turn. */
const slowMs = 1000
const slowShare = 1 / 3

/** A row of the table: all of it as text, with what may be painted. */
interface Row {
  readonly offset: string
  readonly duration: string
  readonly bar: string
  readonly label: string
  readonly details: string
  readonly isSlow: boolean
  readonly isFailed: boolean
}

/** A kept thread as a time line: a line for each piece of work, with when it began in its turn, how long it took, and what was used. */
export function traceText(trace: ThreadTrace, form: TraceForm): string {
  const paint = colours(form.colour)
  const bars = form.bars && (form.width ?? leastWidthForBars) >= leastWidthForBars
  return threadLines(trace, { ...form, bars }, paint, '').join('\n')
}

function threadLines(trace: ThreadTrace, form: TraceForm, paint: Colours, indent: string): readonly string[] {
  const { thread, turns, threads, problems } = trace
  const facts = [
    printableLine(thread.id),
    ...(thread.archived ? ['archived'] : []),
    ...(thread.agent === undefined ? [] : [`agent ${printableLine(thread.agent)}`]),
    `${turns.length} ${turns.length === 1 ? 'turn' : 'turns'}`,
    ...totals(turns),
  ]
  return [
    ...linesOf(printableLine(subjectOf(thread)), form, indent, paint.bold),
    ...linesOf(facts.join(', '), form, indent),
    ...problems.flatMap((problem) => linesOf(problem, form, indent, paint.yellow)),
    ...turns.flatMap((turn, index) => ['', ...turnLines(turn, index + 1, form, paint, indent)]),
    ...threads.flatMap((child) => [
      '',
      `${indent}Work was handed to this thread; it is not known in which call:`,
      ...threadLines(child, form, paint, `${indent}  `),
    ]),
  ]
}

function totals(turns: readonly TracedTurn[]): readonly string[] {
  const sum = (of: (turn: TracedTurn) => number) => turns.reduce((total, turn) => total + of(turn), 0)
  const tokens = sum(({ usage }) => usage.input_tokens + usage.output_tokens)
  const isPriced = turns.length > 0 && turns.every(({ cost, usage }) => cost !== undefined || usage.input_tokens === 0)
  return [
    timeText(sum(({ durationMs }) => durationMs)),
    `${shortCount(tokens)} tokens`,
    ...(isPriced && tokens > 0 ? [dollars(sum(({ cost = 0 }) => cost))] : []),
  ]
}

function turnLines(
  turn: TracedTurn,
  number: number,
  form: TraceForm,
  paint: Colours,
  indent: string,
): readonly string[] {
  const { usage } = turn
  const isOpen = turn.status === 'open'
  const facts = [
    printableLine(turn.started),
    timeText(turn.durationMs),
    isOpen ? 'not ended: it runs, or its program was ended' : turn.status,
    ...(turn.model === undefined ? [] : [printableLine(turn.model)]),
    `${shortCount(usage.input_tokens)} tokens in, ${shortCount(usage.output_tokens)} out`,
    ...(turn.cost === undefined ? [] : [dollars(turn.cost)]),
  ]
  const prompt = printableLine(turn.prompt)
  const rows = turn.pieces.flatMap((piece) => rowsOf(piece, turn, form, paint, 0))
  const head = `Turn ${number}  ${facts.join(', ')}`
  return [
    ...linesOf(head, form, indent, turn.status === 'completed' ? paint.bold : paint.yellow),
    ...(prompt === '' ? [] : linesOf(`> ${cut(prompt, maxPromptLength)}`, form, indent, paint.cyan)),
    ...(turn.error === undefined ? [] : linesOf(printableLine(turn.error), form, indent, paint.red)),
    ...(turn.traceId === undefined ? [] : linesOf(`trace ${printableLine(turn.traceId)}`, form, indent, paint.dim)),
    ...aligned(rows, paint, form, indent),
  ]
}

/** A text between words where the line ends; further lines stand in by two. */
function linesOf(text: string, form: TraceForm, indent: string, paint?: Paint): readonly string[] {
  const room = (form.width ?? Number.POSITIVE_INFINITY) - indent.length
  return wrapText(text, room, '  ', paint).map((line) => `${indent}${line}`)
}

type Line = Row | { readonly lines: readonly string[] }

function rowsOf(piece: TracedPiece, turn: TracedTurn, form: TraceForm, paint: Colours, depth: number): readonly Line[] {
  const offsetMs = Math.max(0, Date.parse(piece.started) - Date.parse(turn.started)) || 0
  const { durationMs } = piece
  const isLeaf = piece.pieces.length === 0 && piece.threads.length === 0
  const isSlow = isLeaf && (durationMs ?? 0) >= slowMs && (durationMs ?? 0) >= turn.durationMs * slowShare
  const row: Row = {
    offset: `+${timeText(offsetMs)}`,
    duration: piece.kind === 'note' ? '' : durationMs === undefined ? 'not ended' : timeText(durationMs),
    bar: form.bars ? bar(offsetMs, durationMs ?? 0, turn.durationMs) : '',
    label: `${'  '.repeat(depth)}${labelOf(piece)}`,
    details: [...detailsOf(piece), ...(isSlow ? ['slow'] : [])].join(', '),
    isSlow,
    isFailed: piece.error !== undefined,
  }
  return [
    row,
    ...piece.pieces.flatMap((inner) => rowsOf(inner, turn, form, paint, depth + 1)),
    ...piece.threads.map((child) => ({ lines: threadLines(child, form, paint, '  '.repeat(depth + 3)) })),
  ]
}

const words = { request: 'model', tool_call: 'tool', approval: 'asked', compaction: '', note: '' } as const

function labelOf({ kind, name }: TracedPiece): string {
  return [words[kind], cut(printableLine(name), maxNameLength)].filter(Boolean).join(' ')
}

function detailsOf(piece: TracedPiece): readonly string[] {
  const { usage, firstOutputMs, retries, cost, error, isMeasured } = piece
  return [
    ...(usage ? [`${shortCount(usage.input_tokens)} tokens in, ${shortCount(usage.output_tokens)} out`] : []),
    ...(cost === undefined ? [] : [dollars(cost)]),
    ...(firstOutputMs === undefined ? [] : [`first word after ${timeText(firstOutputMs)}`]),
    ...(retries === undefined ? [] : [`tried again ${retries === 1 ? 'once' : `${retries} times`}`]),
    ...(error === undefined ? [] : [printableLine(error)]),
    ...(isMeasured ? [] : ['time estimated']),
  ]
}

/** Where a piece lies in its turn. */
function bar(offsetMs: number, durationMs: number, turnMs: number): string {
  const scale = barWidth / Math.max(turnMs, 1)
  const from = Math.min(barWidth - 1, Math.floor(offsetMs * scale))
  const length = Math.max(1, Math.min(barWidth - from, Math.round(durationMs * scale)))
  return `${' '.repeat(from)}${(durationMs === 0 ? '·' : '█').repeat(durationMs === 0 ? 1 : length)}`.padEnd(barWidth)
}

interface RowWidths {
  readonly offset: number
  readonly duration: number
  readonly label: number
}

function aligned(lines: readonly Line[], paint: Colours, form: TraceForm, indent: string): readonly string[] {
  const rows = lines.filter((line) => 'label' in line)
  const width = (of: (row: Row) => string) => Math.max(0, ...rows.map((row) => cellWidth(of(row))))
  const widths = {
    offset: width(({ offset }) => offset),
    duration: width(({ duration }) => duration),
    label: width(({ label }) => label),
  }
  return lines.flatMap((line) =>
    'label' in line ? rowLines(line, widths, paint, form, indent) : line.lines.map((text) => `${indent}${text}`),
  )
}

/** A row as one line; where that is too wide, its details stand under its label, and on a narrow terminal both under the times. */
function rowLines(row: Row, widths: RowWidths, paint: Colours, form: TraceForm, indent: string): readonly string[] {
  const { offset, duration, bar, label, details, isSlow, isFailed } = row
  const times = `${indent}  ${offset.padStart(widths.offset)}  ${duration.padStart(widths.duration)}  `
  const head = form.bars ? `${times}${isSlow ? paint.yellow(bar) : paint.green(bar)}  ` : times
  const left = times.length + (form.bars ? barWidth + 2 : 0)
  const look = isFailed ? paint.red : isSlow ? paint.yellow : paint.dim
  const width = form.width ?? Number.POSITIVE_INFINITY
  const gap = details === '' ? '' : ' '.repeat(widths.label - cellWidth(label) + 2)
  if (left + cellWidth(label) + gap.length + cellWidth(details) <= width)
    return [details === '' ? `${head}${label}` : `${head}${label}${gap}${look(details)}`]
  const isNarrow = width - left < leastLabelWidth
  const margin = ' '.repeat(isNarrow ? indent.length + 4 : left)
  const room = width - margin.length
  const under = [
    ...wrapText(label, room, '  '),
    ...(details === '' ? [] : wrapText(details, room - 2, '', look).map((text) => `  ${text}`)),
  ].map((text) => `${margin}${text}`)
  return isNarrow ? [head.trimEnd(), ...under] : [`${head}${under[0]?.slice(margin.length)}`, ...under.slice(1)]
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
