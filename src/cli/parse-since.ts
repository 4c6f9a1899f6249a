import { CodexError } from '../plugin-api/errors.ts'

const unitMs: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
}

/** A time of `--since` as the beginning of an ISO 8601 time in UTC: such a beginning as it is, or a span (`90m`, `1h`, `7d`, `2w`) before now. @throws CodexError `usage.arguments` */
export function parseSince(text: string, now: Date): string {
  const [, count, unit = ''] = /^(\d{1,5})([mhdw])$/.exec(text) ?? []
  if (count !== undefined) return new Date(now.getTime() - Number(count) * (unitMs[unit] ?? 0)).toISOString()
  const isTime = /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d(?::\d\d(?::\d\d(?:\.\d{1,3})?)?)?Z?)?)?)?$/.test(text)
  if (isTime && isDay(text.slice(0, 10))) return text.replace(/Z$/, '')
  throw new CodexError('usage.arguments', `--since ${text} is no time`, {
    hint: 'Write a date or a time in UTC (2026-03, 2026-03-04, 2026-03-04T05:06), or how long ago: 90m, 1h, 7d, 2w.',
  })
}

/** Also the beginning of one; the 31st of February is none, which `Date.parse` takes for a day in March. */
function isDay(text: string): boolean {
  const time = Date.parse(text)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
