import type { DatabaseSync } from 'node:sqlite'
import type { UsageReport } from '../../plugin-api/index.ts'
import { replayId } from '../recording/replay-id.ts'
import type { ThreadFacts, Used } from './thread-facts.ts'

/** Tables of the thread index: tokens by thread, day, model and agent; calls by the same and tool. */
export const createUsageTables = `
  CREATE TABLE IF NOT EXISTS requests (
    number INTEGER NOT NULL, day TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, agent TEXT NOT NULL, requests INTEGER NOT NULL,
    input INTEGER NOT NULL, cached INTEGER NOT NULL, written INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL,
    PRIMARY KEY (number, day, provider, model, agent)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS calls (
    number INTEGER NOT NULL, day TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, agent TEXT NOT NULL, tool TEXT NOT NULL,
    calls INTEGER NOT NULL, PRIMARY KEY (number, day, provider, model, agent, tool)) WITHOUT ROWID;`

/** Adds what lines of a thread's record used. */
export function usageWriter(
  database: DatabaseSync,
  number: number,
): (used: Used, facts: ThreadFacts, timestamp: string) => void {
  const request = database.prepare(`INSERT INTO requests VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET requests = requests + 1, input = input + excluded.input, cached = cached + excluded.cached,
      written = written + excluded.written, output = output + excluded.output, reasoning = reasoning + excluded.reasoning`)
  const call = database.prepare(
    'INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET calls = calls + 1',
  )
  return (used, { provider = '', model = '', agent = '' }, timestamp) => {
    const day = dayOf(timestamp)
    if (used.type === 'tool') {
      call.run(number, day, provider, model, agent, used.name)
      return
    }
    const { input_tokens, cached_input_tokens, cache_write_input_tokens, output_tokens, reasoning_output_tokens } =
      used.usage
    const counts = [input_tokens, cached_input_tokens, cache_write_input_tokens, output_tokens, reasoning_output_tokens]
    request.run(number, day, provider, model, agent, ...counts)
  }
}

/** Takes out what a thread used. */
export function forgetUsage(database: DatabaseSync, number: number): void {
  for (const table of ['requests', 'calls']) database.prepare(`DELETE FROM ${table} WHERE number = ?`).run(number)
}

/** The sums over the threads that the condition chooses. What was replayed asked no model and counts nowhere. */
export function readUsage(
  database: DatabaseSync,
  { where, values }: { readonly where: string; readonly values: readonly string[] },
  since: string | undefined,
): UsageReport {
  const [chosen, day] = [
    `number IN (SELECT number FROM threads WHERE ${where}) AND day >= ? AND provider != '${replayId}'`,
    since === undefined ? '' : dayOf(since),
  ]
  const days = database
    .prepare(`SELECT day, provider, model, agent, sum(requests) AS requests, sum(input) AS input, sum(cached) AS cached,
      sum(written) AS written, sum(output) AS output, sum(reasoning) AS reasoning
      FROM requests WHERE ${chosen} GROUP BY day, provider, model, agent ORDER BY day, provider, model, agent`)
    .all(...values, day)
  const tools = database
    .prepare(`SELECT tool, sum(calls) AS calls FROM calls WHERE ${chosen} GROUP BY tool ORDER BY calls DESC, tool`)
    .all(...values, day)
  const calls = database
    .prepare(`SELECT day, provider, model, agent, tool, sum(calls) AS calls FROM calls WHERE ${chosen}
      GROUP BY day, provider, model, agent, tool ORDER BY day, provider, model, agent, tool`)
    .all(...values, day)
  const uses = '(SELECT number, provider FROM requests UNION ALL SELECT number, provider FROM calls)'
  const replayed = `number IN (SELECT number FROM ${uses} WHERE provider = '${replayId}')`
  const asked = `number IN (SELECT number FROM ${uses} WHERE provider != '${replayId}')`
  const count = (more: string): number =>
    Number(database.prepare(`SELECT count(*) AS count FROM threads WHERE (${where}) AND ${more}`).get(...values)?.count)
  return {
    days: days.map((row) => ({
      day: String(row.day),
      provider: String(row.provider),
      model: String(row.model),
      agent: String(row.agent),
      requests: Number(row.requests),
      usage: {
        input_tokens: Number(row.input),
        cached_input_tokens: Number(row.cached),
        cache_write_input_tokens: Number(row.written),
        output_tokens: Number(row.output),
        reasoning_output_tokens: Number(row.reasoning),
      },
    })),
    tools: tools.map((row) => ({ tool: String(row.tool), calls: Number(row.calls) })),
    calls: calls.map((row) => ({
      day: String(row.day),
      provider: String(row.provider),
      model: String(row.model),
      agent: String(row.agent),
      tool: String(row.tool),
      calls: Number(row.calls),
    })),
    threads: count(`NOT (${replayed} AND NOT ${asked})`),
    replayedThreads: count(replayed),
  }
}

/** The day of a moment, in the time zone of this machine. */
function dayOf(timestamp: string): string {
  const date = new Date(timestamp)
  if (Number.isNaN(date.getTime())) return ''
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}
