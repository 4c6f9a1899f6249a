import type { HttpResponse, ObserverContext } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import type { ExportSettings } from './export-settings.ts'
import type { FinishedSpan } from './finished-span.ts'
import { createSpanSender } from './send-spans.ts'

const settings: ExportSettings = {
  url: 'http://collector.test/v1/traces',
  protocol: 'json',
  headers: {},
  tls: undefined,
  timeoutMs: 1000,
  resource: {},
  prompts: false,
}
const span: FinishedSpan = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  flags: 1,
  name: 'a span',
  kind: 'internal',
  startMs: 1,
  endMs: 2,
  attributes: {},
  events: [],
  failed: false,
}
const spans = (count: number) => Array<FinishedSpan>(count).fill(span)

/** A collector that answers each request with a status, in order; the last one again and again. */
function collector(...statuses: readonly number[]) {
  const batches: number[] = []
  const fetch: ObserverContext['fetch'] = async (_, { body }) => {
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
    batches.push(text.split('"a span"').length - 1)
    const status = statuses[Math.min(batches.length, statuses.length) - 1] ?? 200
    return answer(status)
  }
  const ctx: ObserverContext = {
    settings: {},
    env: () => undefined,
    file: async () => '',
    fetch,
    keepSecret: () => undefined,
    originator: 'test',
    version: '0',
  }
  return { batches, sender: createSpanSender(settings, ctx) }
}

const answer = (status: number): HttpResponse => ({
  status,
  statusText: '',
  ok: status < 300,
  headers: {},
  body: (async function* () {})(),
  text: async () => '',
  cancel: () => undefined,
})

test('what waits is bounded, and what was dropped is told', async () => {
  const { sender, batches } = collector(200)
  sender.add(spans(3000))
  await sender.close(new AbortController().signal)
  expect(batches).toEqual([512, 512, 512, 512])
  expect(sender.news()).toEqual([{ message: '952 spans were not sent to collector.test' }])
})

test('a batch is sent again where the collector is busy, and given up where it refuses', async () => {
  const { sender, batches } = collector(503, 200)
  sender.add(spans(600))
  await sender.close(new AbortController().signal)
  expect(batches).toEqual([512, 512, 88])
  const refused = collector(400)
  refused.sender.add(spans(2))
  await refused.sender.close(new AbortController().signal)
  expect(refused.batches).toEqual([2])
  expect(refused.sender.news()).toEqual([
    { message: 'Spans could not be sent to collector.test: it answered with status 400' },
  ])
})

test('nothing is sent once the time is up, and that is told', async () => {
  const { sender, batches } = collector(200)
  sender.add(spans(2))
  await sender.close(AbortSignal.abort())
  expect(batches).toEqual([])
  expect(sender.news()).toEqual([{ message: '2 spans were not sent to collector.test' }])
})
