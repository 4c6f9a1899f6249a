import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { AuditRecord } from '../security/audit/audit-record.ts'
import { createHttpClient } from './http-client.ts'
import { createRecordedSend } from './recorded-send.ts'

/** A server: `/no` is refused with 503, of `/half` only a half comes, all else is answered. */
async function startServer(): Promise<URL> {
  const server = createServer((request, response) => {
    if (request.url === '/half') return void response.write('half')
    response.writeHead(request.url === '/no' ? 503 : 200).end('whole')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // it listens on a port
  return new URL(`http://127.0.0.1:${port}/`)
}

function recorded(signal?: AbortSignal) {
  const records: AuditRecord[] = []
  const audit = {
    append: async (record: AuditRecord) => `chain-${records.push(record)}`,
    appendSoon: (record: AuditRecord) => void records.push(record),
  }
  const why = { layer: 'provider p', rule: 'base_url', reason: 'It is configured.' }
  const deps = { send: createHttpClient({}), audit, threadId: 't', why, ...(signal && { signal }) }
  const outcomes = () =>
    records.flatMap((record) => {
      if (record.type === 'decision') return []
      const { of, status, detail } = record
      return [{ of, status, ...(detail !== undefined && { detail }) }]
    })
  return { send: createRecordedSend(deps), records, outcomes }
}

test('an answer that was read has its status in the log, once', async () => {
  const { send, records, outcomes } = recorded()
  const answer = await send(await startServer(), {})
  expect(outcomes()).toEqual([])
  expect(await answer.text()).toBe('whole')
  answer.cancel()
  expect(records[0]).toMatchObject({ type: 'decision', action: { kind: 'network', method: 'GET' } })
  expect(outcomes()).toEqual([{ of: 'chain-1', status: 'done', detail: 'status 200' }])
})

test('a refusal is an outcome before its body is read', async () => {
  const { send, outcomes } = recorded()
  await send(new URL('/no', await startServer()), {})
  expect(outcomes()).toEqual([{ of: 'chain-1', status: 'done', detail: 'status 503' }])
})

test('a host that does not answer has the code of the error in the log', async () => {
  const { send, outcomes } = recorded()
  await expect(send(new URL('http://127.0.0.1:1/'), {})).rejects.toThrow('ECONNREFUSED')
  expect(outcomes()).toEqual([{ of: 'chain-1', status: 'failed', detail: 'ECONNREFUSED' }])
})

test('an answer that was interrupted in its middle says so, however its reader leaves', async () => {
  const url = new URL('/half', await startServer())
  for (const leave of ['throw', 'cancel'] as const) {
    const life = new AbortController()
    const { send, outcomes } = recorded(life.signal)
    const answer = await send(url, { method: 'POST', signal: life.signal })
    const reading = (async () => {
      for await (const _ of answer.body) {
        life.abort()
        if (leave === 'cancel') return answer.cancel()
      }
    })()
    await reading.catch(() => undefined)
    expect(outcomes()).toEqual([{ of: 'chain-1', status: 'interrupted' }])
  }
})
