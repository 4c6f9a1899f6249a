import { isCodexError, type ModelEvent, type ProviderSettings, streamModel } from 'codex-kernel/plugin-api'
import { expect, onTestFinished, test } from 'vitest'
import { collect } from '../../../test/support/collect.ts'
import { type ModelServer, type ModelTurn, startModelServer } from '../../../test/support/model-server.ts'
import { endpointMemory, modelRequest, providerContext } from '../../../test/support/provider-context.ts'
import { openaiApi } from './openai-api.ts'
import { provider } from './provider.ts'

async function serve(turns: readonly ModelTurn[], whenSpent: 'repeat' | 'refuse' = 'repeat'): Promise<ModelServer> {
  const server = await startModelServer(turns, { whenSpent })
  onTestFinished(() => server.close())
  return server
}

/** Several endpoints with one memory, as the threads of a process have it; `clock.now` is set by the test. */
function fleet(endpoints: ProviderSettings['endpoints'], env: Record<string, string> = {}) {
  const clock = { now: 0 }
  const memory = endpointMemory(() => new Date(clock.now))
  const ctx = () =>
    providerContext({ ...(endpoints && { endpoints }) }, { endpointMemory: memory, env, key: 'of-provider' })
  const ask = (threadId: string): Promise<ModelEvent[]> =>
    collect(provider.stream(modelRequest({ threadId }), ctx(), new AbortController().signal))
  return { clock, ask }
}

const down: ModelTurn = { failure: { kind: 'status', status: 503 } }
const limited: ModelTurn = { failure: { kind: 'status', status: 429 } }
const answer: ModelTurn = { text: 'hello' }

test('threads are spread by weight, and each stays where it is', async () => {
  const [light, heavy] = [await serve([answer]), await serve([answer])]
  const endpoints = [{ base_url: light.url }, { base_url: heavy.url, weight: 3 }]
  const threads = Array.from({ length: 80 }, (_, index) => `thread-${index}`)
  const { ask } = fleet(endpoints)
  for (const thread of threads) await ask(thread)
  expect(light.requests.length + heavy.requests.length).toBe(80)
  expect(light.requests.length).toBeGreaterThan(5)
  expect(heavy.requests.length).toBeGreaterThan(light.requests.length)
  const first = light.requests.map(({ headers }) => headers['thread-id'])
  // Another process, which knows nothing of the first, chooses the same.
  const again = fleet(endpoints)
  for (const thread of threads) await again.ask(thread)
  expect(light.requests.slice(first.length).map(({ headers }) => headers['thread-id'])).toEqual(first)
})

test.each([
  ['refuses with 503', down],
  ['refuses with 429', limited],
  ['breaks the connection before its headers', { failure: { kind: 'reset' } }],
] as const)('an endpoint that %s is left for the next, which is told', async (_, turn) => {
  const [bad, good] = [await serve([turn]), await serve([answer])]
  const { ask } = fleet([{ base_url: bad.url, weight: 1e9 }, { base_url: good.url }])
  const events = await ask('a')
  expect(events.map(({ type }) => type)).toEqual(['notice', 'text_delta', 'item', 'completed'])
  expect(events[0]).toMatchObject({
    message: expect.stringContaining(`${bad.url}/responses is left for another endpoint`),
  })
  expect(bad.requests).toHaveLength(1)
})

test('a thread that moved stays while its new endpoint works; others come back to the old one after a minute', async () => {
  const [first, second] = [await serve([down, answer]), await serve([answer])]
  const { ask, clock } = fleet([{ base_url: first.url, weight: 1e9 }, { base_url: second.url }])
  await ask('moved')
  await ask('new')
  expect([first.requests.length, second.requests.length]).toEqual([1, 2])
  clock.now = 60_000
  await ask('moved')
  await ask('later')
  expect(second.requests.map(({ headers }) => headers['thread-id'])).toEqual(['moved', 'new', 'moved'])
  expect(first.requests.map(({ headers }) => headers['thread-id'])).toEqual(['moved', 'later'])
})

test('where a stream breaks in the middle, the next endpoint goes on behind what was said', async () => {
  const broken: ModelTurn = { text: 'First part.', failure: { kind: 'close', afterEvents: 7 } }
  const [first, second] = [await serve([broken]), await serve([{ text: 'Second part.' }])]
  const endpoints = [{ base_url: first.url, weight: 1e9 }, { base_url: second.url }]
  const ctx = providerContext({ endpoints, stream_max_retries: 1 })
  const events = await collect(provider.stream(modelRequest(), ctx, new AbortController().signal))
  expect(events.flatMap((event) => (event.type === 'item' ? [event.item] : []))).toMatchObject([
    { content: [{ text: 'First part.' }] },
    { content: [{ text: 'Second part.' }] },
  ])
  expect(second.requests[0]?.body.input).toMatchObject([{ role: 'user' }, { role: 'assistant' }])
  expect(events.flatMap((event) => (event.type === 'notice' ? [event.message] : []))).toEqual([
    expect.stringContaining(`${first.url}/responses is left for another endpoint: stream disconnected`),
  ])
})

test('what one endpoint asks to wait for in its stream keeps the next from nothing', async () => {
  const limit: ModelTurn = { failure: { kind: 'failed', code: 'rate_limit_exceeded', message: 'Try again in 400s' } }
  const [first, second] = [await serve([limit]), await serve([answer])]
  const ctx = providerContext({
    endpoints: [{ base_url: first.url, weight: 1e9 }, { base_url: second.url }],
    stream_max_retries: 1,
  })
  const events = await collect(provider.stream(modelRequest(), ctx, new AbortController().signal))
  expect(events.at(-1)?.type).toBe('completed')
})

test('where none answers the last failure is told', async () => {
  const [first, second] = [await serve([down]), await serve([limited])]
  const error: unknown = await fleet([{ base_url: first.url, weight: 1e9 }, { base_url: second.url }])
    .ask('a')
    .catch((caught: unknown) => caught)
  expect(isCodexError(error) && error.code).toBe('provider.rate_limited')
})

test('what another endpoint cannot mend is not asked of it', async () => {
  const refused: ModelTurn = { failure: { kind: 'status', status: 400, body: 'no' } }
  const [first, second] = [await serve([refused]), await serve([answer])]
  await expect(fleet([{ base_url: first.url, weight: 1e9 }, { base_url: second.url }]).ask('a')).rejects.toThrow('no')
  expect(second.requests).toHaveLength(0)
})

test('each endpoint gets its own key, and none that of another', async () => {
  const [first, second] = [await serve([down]), await serve([answer])]
  const endpoints = [{ base_url: first.url, env_key: 'KEY_ONE', weight: 1e9 }, { base_url: second.url }]
  await fleet(endpoints, { KEY_ONE: 'key-of-first' }).ask('a')
  expect(first.requests[0]?.headers.authorization).toBe('Bearer key-of-first')
  expect(second.requests[0]?.headers.authorization).toBe('Bearer of-provider')
  await expect(fleet(endpoints).ask('a')).rejects.toThrow('Missing environment variable: `KEY_ONE`.')
})

test('where none answers, the pause is the shortest that one asked for, and who asked for more is left out till then', async () => {
  const asking = (seconds: string): ModelTurn => ({
    failure: { kind: 'status', status: 429, headers: { 'retry-after': seconds } },
  })
  const [slow, quick] = [
    await serve([asking('30'), answer]),
    await serve([asking('7'), asking('9'), asking('21'), answer]),
  ]
  const endpoints = [{ base_url: slow.url, weight: 1e9 }, { base_url: quick.url }]
  const ctx = providerContext({ endpoints, request_max_retries: 4 })
  const waits: number[] = []
  const asked: number[] = []
  const wait = async (delayMs: number) => {
    waits.push(delayMs)
    asked.push(slow.requests.length, quick.requests.length)
  }
  const pace = { wait, random: () => 0.5 }
  await collect(streamModel(modelRequest(), ctx, openaiApi(ctx), { pace }, new AbortController().signal))
  // After 16 of 30 seconds the slow one is asked in the 14 that are left, before the other's 21.
  expect(waits).toEqual([7000, 9000, 14_000])
  expect(asked).toEqual([1, 1, 1, 2, 1, 3])
  expect([slow.requests.length, quick.requests.length]).toEqual([2, 3])
})
