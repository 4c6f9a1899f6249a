import type { ThreadHit, ThreadSummary, UnreadableRecord } from '../../plugin-api/index.ts'
import { cellWidth, cutToCells } from '../cell-width.ts'
import { printableLine } from '../scan/printable-text.ts'

/** As many characters of a thread's id as tell it from others: a version 7 UUID has its milliseconds in the first thirteen (RFC 9562). */
const shownIdLength = 13

/** A thread's id, as short as it may be given back. */
export const shortId = (id: string): string => id.slice(0, shownIdLength)

/** What a thread is about has so many cells at least; other columns go before it has less. */
const leastSubjectWidth = 24

/** One line a thread: id, when it last grew, turns, what it is about. On a narrow terminal turns go first, then ages. */
export function threadListText(
  threads: readonly ThreadSummary[],
  { now, showsDirectories, width }: { readonly now: Date; readonly showsDirectories: boolean; readonly width: number },
): string {
  const rows = threads.map((thread) =>
    [
      shortId(thread.id),
      ageOf(thread.updated, now),
      `${thread.turns} ${thread.turns === 1 ? 'turn' : 'turns'}`,
      ...(showsDirectories ? [thread.cwd] : []),
      `${thread.archived ? '(archived) ' : ''}${subjectOf(thread)}`,
    ].map(printableLine),
  )
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => cellWidth(row[column] ?? ''))))
  const shown = shownColumns(widths, width)
  return rows
    .map((row) =>
      shown
        .map((column) => ({ cell: row[column] ?? '', room: (widths[column] ?? 0) - cellWidth(row[column] ?? '') }))
        .map(({ cell, room }, index) => (index === shown.length - 1 ? cell : `${cell}${' '.repeat(room)}`))
        .join('  '),
    )
    .map((line) => cutToCells(line, Math.max(1, width)))
    .join('\n')
}

/** Indexes of the columns that leave room for the last one. */
function shownColumns(widths: readonly number[], width: number): readonly number[] {
  const [turns, age] = [2, 1]
  let shown = widths.map((_, column) => column)
  for (const dropped of [turns, age]) {
    const taken = shown.slice(0, -1).reduce((sum, column) => sum + (widths[column] ?? 0) + 2, 0)
    if (width - taken >= Math.min(leastSubjectWidth, widths.at(-1) ?? 0)) break
    shown = shown.filter((column) => column !== dropped)
  }
  return shown
}

/** Says on one line each which records are missing from a list, the first few by name. */
export function unreadableText(records: readonly UnreadableRecord[]): string {
  const most = 5
  const rows = records.slice(0, most).map(({ file, problem }) => printableLine(`  ${file}: ${problem}`))
  const more = records.length > most ? [`  and ${records.length - most} more: codex doctor`] : []
  const head =
    records.length === 1
      ? 'A record holds no thread that could be read:'
      : `${records.length} records hold no thread that could be read:`
  return `${[head, ...rows, ...more].join('\n')}\n`
}

/** What was found, under the thread that it stands in; `mark` shows the words. */
export function threadHitsText(hits: readonly ThreadHit[], now: Date, mark: (text: string) => string): string {
  const lines: string[] = []
  let last: string | undefined
  for (const { thread, kind, excerpt } of hits) {
    if (thread.id !== last) {
      if (last !== undefined) lines.push('')
      lines.push(`${shortId(thread.id)}  ${ageOf(thread.updated, now)}  ${printableLine(subjectOf(thread))}`)
    }
    last = thread.id
    const shown = printableLine(excerpt).replaceAll(/\uE000(.*?)\uE001/g, (_, words: string) => mark(words))
    lines.push(`  ${kind}: ${shown}`)
  }
  return lines.join('\n')
}

/** What a person calls the thread, or how it began. */
export function subjectOf({ name, title }: ThreadSummary): string {
  return name ?? (title === '' ? '(nothing asked)' : title)
}

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const

/** How long ago: `3 d ago`, `now`; after a month, the date. */
export function ageOf(time: string, now: Date): string {
  const seconds = (now.getTime() - Date.parse(time)) / 1000
  if (!Number.isFinite(seconds)) return '?'
  if (seconds > 30 * 86_400) return time.slice(0, 10)
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? []
  return unit === undefined || size === undefined ? 'now' : `${Math.floor(seconds / size)} ${unit} ago`
}
