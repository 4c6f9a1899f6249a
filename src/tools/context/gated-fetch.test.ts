import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { openToolBench, type ToolBench } from '../../../test/support/tool-bench.ts'
import { createActionScope } from './gated-action.ts'
import { gatedFetch } from './gated-fetch.ts'

const servers: Server[] = []
const benches: ToolBench[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  for (const bench of benches.splice(0)) await bench.close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server that listens has such an address.
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function open(allowed: readonly string[]) {
  const rule = [{ allow: [...allowed], deny: [] }]
  const bench = await openToolBench([], { permissions: () => ({ network: { allow: rule, askable: rule } }) })
  benches.push(bench)
  const { signal } = new AbortController()
  const actions = createActionScope({ gate: bench.gate, denied: () => {}, signal })
  return {
    bench,
    get: (url: string, init: RequestInit = {}) => gatedFetch(url, init, { actions, gate: bench.gate }, signal),
  }
}

test('a request to an allowed host is decided by method, host and port', async () => {
  const host = await serve((request, response) => response.end(`${request.method} ${request.url}`))
  const { bench, get } = await open([`GET ${host}`])
  expect(await (await get(`http://${host}/a`)).text()).toBe('GET /a')
  await expect(get(`http://${host}/a`, { method: 'POST' })).rejects.toMatchObject({ code: 'permission.denied' })
  expect(bench.audit).toMatchObject([
    { type: 'decision', outcome: 'allow', action: { kind: 'network', method: 'GET', host: '127.0.0.1' } },
    { type: 'outcome', status: 'done', detail: 'status 200' },
    { type: 'decision', outcome: 'deny', action: { method: 'POST' } },
  ])
})

test('a redirect to another host is asked about, and refused without a request', async () => {
  const requests: string[] = []
  const other = await serve((_, response) => {
    requests.push('other')
    response.end()
  })
  const host = await serve((_, response) => response.writeHead(302, { location: `http://${other}/` }).end())
  const { get } = await open([`* ${host}`])
  await expect(get(`http://${host}/`)).rejects.toMatchObject({ code: 'permission.denied' })
  expect(requests).toEqual([])
})

test('a redirect that is allowed is followed, without the credentials of the first host', async () => {
  const other = await serve((request, response) =>
    response.end(JSON.stringify({ method: request.method, auth: request.headers.authorization ?? null })),
  )
  const host = await serve((_, response) => response.writeHead(303, { location: `http://${other}/` }).end())
  const { get } = await open(['* 127.0.0.1'])
  const response = await get(`http://${host}/`, { method: 'POST', body: 'x', headers: { authorization: 'Bearer abc' } })
  expect(await response.json()).toEqual({ method: 'GET', auth: null })
})

test('a redirect to a host that does not answer names that host', async () => {
  const gone = await serve(() => {})
  servers.pop()?.close()
  const host = await serve((_, response) => response.writeHead(302, { location: `http://${gone}/` }).end())
  const { get } = await open(['* 127.0.0.1'])
  await expect(get(`http://${host}/`)).rejects.toMatchObject({
    code: 'tool.failed',
    message: `it leads to ${gone}, where nothing answers (ECONNREFUSED)`,
  })
})

test('a redirect without end is ended, and only HTTP is fetched', async () => {
  const host = await serve((request, response) => response.writeHead(302, { location: request.url ?? '/' }).end())
  const { get } = await open(['* 127.0.0.1'])
  await expect(get(`http://${host}/`)).rejects.toMatchObject({ code: 'tool.failed' })
  await expect(get('file:///etc/passwd')).rejects.toMatchObject({ code: 'tool.failed' })
})

test('a host that every pattern allows is reached only on the public internet', async () => {
  const requests: string[] = []
  const host = await serve((request, response) => {
    requests.push(request.url ?? '')
    response.end()
  })
  const port = host.slice(host.indexOf(':') + 1)
  const { bench, get } = await open(['* *'])
  for (const name of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '0.0.0.0']) {
    await expect(get(`http://${name}:${port}/${name}`), name).rejects.toMatchObject({ code: 'permission.denied' })
  }
  expect(requests).toEqual([])
  expect(bench.audit.filter((record) => record.type === 'decision').map((record) => record.rule)).toEqual(
    Array.from({ length: 6 }, () => 'public addresses'),
  )
})

test('a redirect into the own network is refused without a request', async () => {
  const requests: string[] = []
  const inside = await serve((_, response) => {
    requests.push('inside')
    response.end()
  })
  const host = await serve((_, response) => response.writeHead(307, { location: `http://${inside}/` }).end())
  const { get } = await open(['* *', `* ${host}`])
  await expect(get(`http://${host}/`)).rejects.toMatchObject({ code: 'permission.denied' })
  expect(requests).toEqual([])
})

test('a body comes decoded, and a response knows its address', async () => {
  const host = await serve((request, response) => {
    if (request.url === '/from') response.writeHead(302, { location: '/to' }).end()
    else response.writeHead(200, { 'content-encoding': 'gzip', 'set-cookie': ['a=1', 'b=2'] }).end(gzipSync('hello'))
  })
  const { get } = await open([`* ${host}`])
  const response = await get(`http://${host}/from`)
  expect([await response.text(), response.url]).toEqual(['hello', `http://${host}/to`])
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(await (await get(`http://${host}/x`, { method: 'HEAD' })).text()).toBe('')
})
