import type { ThreadHit, ThreadSummary, UnreadableRecord } from '../../plugin-api/index.ts'
import { printableLine } from '../scan/printable-text.ts'

/** As many characters of a thread's id as tell it from others: a version 7 UUID has its milliseconds in the first thirteen (RFC 9562). */
const shownIdLength = 13

/** A thread's id, as short as it may be given back. */
export const shortId = (id: string): string => id.slice(0, shownIdLength)

/** One line a thread: id, when it last grew, turns, what it is about. */
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
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map((row) =>
      row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
    )
    .map((line) => cutTo(line, width))
    .join('\n')
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
function ageOf(time: string, now: Date): string {
  const seconds = (now.getTime() - Date.parse(time)) / 1000
  if (!Number.isFinite(seconds)) return '?'
  if (seconds > 30 * 86_400) return time.slice(0, 10)
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? []
  return unit === undefined || size === undefined ? 'now' : `${Math.floor(seconds / size)} ${unit} ago`
}

function cutTo(line: string, width: number): string {
  return line.length > width ? `${line.slice(0, Math.max(1, width - 1))}…` : line
}
