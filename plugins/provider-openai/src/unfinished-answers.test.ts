import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { getFromApi, type ModelEvent, type Pace, type ProviderSettings, streamModel } from 'codex-kernel/plugin-api'
import { expect, onTestFinished, test } from 'vitest'
import { modelRequest, providerContext } from '../../../test/support/provider-context.ts'
import { openaiApi } from './openai-api.ts'

interface Unfinished {
  readonly status: string
  readonly headers?: readonly string[]
  readonly body: string
  /** The connection ends behind the body. Absent: it stays open, and nothing more comes. */
  readonly isCut?: boolean
}

/** A server whose answers end before they are whole, and how often it was asked. */
async function serve({ status, headers = [], body, isCut = false }: Unfinished) {
  const sockets = new Set<Socket>()
  let asked = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => {
      asked += 1
      socket.write([`HTTP/1.1 ${status}`, ...headers, '', body].join('\r\n'), () => isCut && socket.end())
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo // it listens on a port
  return { url: `http://127.0.0.1:${port}/v1`, asked: () => asked }
}

/** How often it was asked, and the error in which a turn ended; nothing of a broken stream is told. */
async function failureOf(answer: Unfinished, settings: Partial<ProviderSettings> = {}) {
  const { url, asked } = await serve(answer)
  const ctx = providerContext({ base_url: url, stream_max_retries: 3, ...settings })
  const pace: Pace = { wait: async () => undefined, random: () => 0.5 }
  const events: ModelEvent[] = []
  const read = async () => {
    const { signal } = new AbortController()
    for await (const event of streamModel(modelRequest(), ctx, openaiApi(ctx), { pace }, signal)) events.push(event)
  }
  const error: unknown = await read().catch((caught: unknown) => caught)
  expect(events).toEqual([])
  return { error, asked: asked() }
}

const length = 'content-length: 100'

test.each([
  [
    'the connection ends before its length',
    { status: '401 Unauthorized', headers: [length], body: '{"error":{"message":"bad key"', isCut: true },
    { code: 'provider.credential', message: expect.stringMatching(/401 Unauthorized: .*bad key/) },
  ],
  [
    'what should be compressed is not',
    { status: '404 Not Found', headers: ['content-encoding: gzip', 'content-length: 4'], body: 'none' },
    { code: 'provider.request', message: expect.stringContaining('404 Not Found') },
  ],
  [
    'a page of another type ends before its length',
    { status: '200 OK', headers: ['content-type: text/html', length], body: '<html>Log in', isCut: true },
    { code: 'provider.response', message: expect.stringMatching(/answered text\/html.*<html>Log in/) },
  ],
] as const)('an answer is what its headers say although %s', async (_, answer, expected) => {
  const { error, asked } = await failureOf(answer)
  expect(error).toMatchObject(expected)
  expect(asked).toBe(1)
})

test('an answer whose body never ends is what its headers say, with what came of it', async () => {
  const patience = { stream_idle_timeout_ms: 2000, request_max_retries: 1 }
  const [refused, limited, page] = await Promise.all([
    failureOf({ status: '401 Unauthorized', headers: [length], body: '{"error":{"message":"bad key"' }, patience),
    failureOf({ status: '429 Too Many Requests', headers: [length, 'retry-after: 7'], body: 'slow' }, patience),
    failureOf({ status: '200 OK', headers: ['content-type: text/html'], body: '<html>Log in' }, patience),
  ])
  expect(refused).toMatchObject({ error: { code: 'provider.credential' }, asked: 1 })
  expect(refused.error).toMatchObject({ message: expect.stringContaining('bad key') })
  expect(limited).toMatchObject({ error: { code: 'provider.rate_limited' }, asked: 2 })
  expect(page).toMatchObject({ error: { code: 'provider.response' }, asked: 1 })
  expect(page.error).toMatchObject({ message: expect.stringMatching(/answered text\/html.*<html>Log in/) })
})

test('a list that is refused by an answer without its end is told by the status', async () => {
  const { url } = await serve({ status: '401 Unauthorized', headers: [length], body: 'no', isCut: true })
  const ctx = providerContext({ base_url: url })
  const { signal } = new AbortController()
  const asking = getFromApi({ ...openaiApi(ctx), path: '/models' }, {}, ctx, signal)
  await expect(asking).rejects.toMatchObject({ code: 'provider.credential' })
})

test('an abort ends the wait for the rest of an answer', async () => {
  const { url } = await serve({ status: '500 Oh', headers: [length], body: 'x' })
  const ctx = providerContext({ base_url: url })
  const stop = new AbortController()
  const fetch: typeof ctx.fetch = async (target, request) => {
    const answer = await ctx.fetch(target, request)
    setImmediate(() => stop.abort(new Error('enough')))
    return answer
  }
  const asking = getFromApi({ ...openaiApi(ctx), path: '/models' }, {}, { ...ctx, fetch }, stop.signal)
  await expect(asking).rejects.toThrow('enough')
})
