import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { collect } from '../../../test/support/collect.ts'
import { startModelServer } from '../../../test/support/model-server.ts'
import { modelRequest, providerContext } from '../../../test/support/provider-context.ts'
import { provider } from './provider.ts'

async function serve(...turns: Parameters<typeof startModelServer>[0]) {
  const server = await startModelServer(turns)
  onTestFinished(() => server.close())
  return server
}

test('an abort ends a stream at once, with its reason, and closes the connection', async () => {
  const server = await serve({ text: 'abc', failure: { kind: 'silent', afterEvents: 4 } })
  const controller = new AbortController()
  const reason = new Error('stopped by the person')
  const types: string[] = []
  const reading = (async () => {
    for await (const event of provider.stream(
      modelRequest(),
      providerContext({ base_url: server.url }),
      controller.signal,
    )) {
      types.push(event.type)
      controller.abort(reason)
    }
  })()
  await expect(reading).rejects.toBe(reason)
  expect(types).toEqual(['text_delta'])
  expect(await server.requests[0]?.ended).toBe('closed')
})

test('an abort ends a request that has no answer yet', async () => {
  const server = await serve({ failure: { kind: 'silent' } })
  const controller = new AbortController()
  const reading = collect(
    provider.stream(
      modelRequest(),
      providerContext({ base_url: server.url, request_max_retries: 4 }),
      controller.signal,
    ),
  )
  reading.catch(() => {})
  await server.received(1)
  controller.abort(new Error('stopped'))
  await expect(reading).rejects.toThrow('stopped')
  expect(await server.requests[0]?.ended).toBe('closed')
  expect(server.requests).toHaveLength(1)
})

test('an abort ends the wait before a retry', async () => {
  const server = await serve({ failure: { kind: 'status', status: 503, headers: { 'retry-after': '30' } } })
  const controller = new AbortController()
  const reading = collect(
    provider.stream(
      modelRequest(),
      providerContext({ base_url: server.url, request_max_retries: 1 }),
      controller.signal,
    ),
  )
  reading.catch(() => {})
  await server.received(1)
  await server.requests[0]?.ended
  controller.abort(new Error('stopped'))
  await expect(reading).rejects.toThrow('stopped')
})

test('nothing is sent once the signal is aborted', async () => {
  const server = await serve({ text: 'never' })
  const stream = provider.stream(
    modelRequest(),
    providerContext({ base_url: server.url }),
    AbortSignal.abort(new Error('before')),
  )
  await expect(collect(stream)).rejects.toThrow('before')
  expect(server.requests).toEqual([])
})

test('a reader that leaves early closes the connection', async () => {
  const server = await serve({ text: 'abc', failure: { kind: 'silent', afterEvents: 4 } })
  for await (const event of provider.stream(
    modelRequest(),
    providerContext({ base_url: server.url }),
    new AbortController().signal,
  )) {
    if (event.type === 'text_delta') break
  }
  expect(await server.requests[0]?.ended).toBe('closed')
})

test('a finished response leaves its connection for the next request', async () => {
  const server = await serve({ text: 'one' }, { text: 'two' })
  const ctx = providerContext({ base_url: server.url })
  for (let turn = 0; turn < 2; turn += 1) {
    await collect(provider.stream(modelRequest(), ctx, new AbortController().signal))
    // fetch gives a connection back one turn of the event loop after the end of its response.
    await nextTurn()
  }
  expect(await Promise.all(server.requests.map(({ ended }) => ended))).toEqual(['sent', 'sent'])
  expect(new Set(server.requests.map(({ connection }) => connection)).size).toBe(1)
})
