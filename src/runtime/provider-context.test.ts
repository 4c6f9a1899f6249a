import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { AuditRecord } from '../security/audit/audit-record.ts'
import { createEndpointMemory } from './endpoint-memory.ts'
import { createHttpClient } from './http-client.ts'
import { createProviderContext } from './provider-context.ts'
import { createRecordedSend } from './recorded-send.ts'

/** A server that answers "here", and leads `/away?to=URL` to that URL; `asked` are the paths that it was asked for. */
async function startServer() {
  const asked: string[] = []
  const server = createServer((request: IncomingMessage, response) => {
    asked.push(request.url ?? '')
    const to = new URL(request.url ?? '/', 'http://x').searchParams.get('to')
    if (to !== null) response.writeHead(307, { location: to })
    response.end('here')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo // it listens on a port
  return { url: `http://127.0.0.1:${port}`, port, asked }
}

type ContextDeps = Parameters<typeof createProviderContext>[0]
const noCredentials = { credential: async () => undefined, renew: async () => undefined, remember: () => undefined }

function contextOf(
  baseUrl: string | undefined,
  audit: (request: object) => Promise<void> = async () => undefined,
  more: Partial<Pick<ContextDeps, 'credentials' | 'env'>> = {},
) {
  const why = { layer: 'provider p', rule: 'base_url', reason: 'The configuration names this host.' }
  const log = {
    async append(record: AuditRecord) {
      if (record.type === 'decision') await audit(record.action)
      return 'chain-1'
    },
    appendSoon: () => undefined,
  }
  const deps = {
    settings: { id: 'p', ...(baseUrl !== undefined && { base_url: baseUrl }) },
    env: {},
    credentials: noCredentials,
    endpointMemory: createEndpointMemory(() => new Date()),
    redact: (text: string) => text,
    originator: 'o',
    version: '0',
    credentialFiles: [{ path: '~/.x/credentials', env: 'X_FILE' }],
    homeDir: '/none',
    send: createRecordedSend({ send: createHttpClient({}), audit: log, threadId: 't', why }),
    ...more,
  }
  return createProviderContext(deps, new AbortController().signal)
}

test('a provider reaches its own address, and each request is recorded', async () => {
  const { url, port, asked } = await startServer()
  const recorded: object[] = []
  const context = contextOf(`${url}/v1`, async (request) => void recorded.push(request))
  expect(await (await context.fetch(`${url}/v1/answer`, { method: 'post' })).text()).toBe('here')
  expect(asked).toEqual(['/v1/answer'])
  expect(recorded).toEqual([{ kind: 'network', method: 'POST', host: '127.0.0.1', port }])
})

test('a request that cannot be recorded is not made', async () => {
  const { url, asked } = await startServer()
  const context = contextOf(url, () => Promise.reject(new Error('the disk is full')))
  await expect(context.fetch(`${url}/v1`)).rejects.toThrow('the disk is full')
  expect(asked).toEqual([])
})

test.each(['configured', 'the first that it named'])(
  'another address than the one that is %s is not reached',
  async (way) => {
    const [own, other] = [await startServer(), await startServer()]
    const context = contextOf(way === 'configured' ? own.url : undefined)
    await context.fetch(own.url)
    await expect(context.fetch(`${other.url}/steal`)).rejects.toMatchObject({ code: 'provider.request' })
    await expect(context.fetch(`${own.url}/?to=${other.url}/steal`)).rejects.toMatchObject({ code: 'provider.request' })
    expect(other.asked).toEqual([])
  },
)

test.each([
  ['/v2/x?key=abc', /redirects to http:\/\/127\.0\.0\.1:\d+\/v2\/x \(307\)/],
  ['http://[', /redirect to no usable address/],
  ['file:///etc/passwd', /redirect to no usable address/],
])('a redirect to %s is not followed, and said as what it is', async (to, message) => {
  const { url, asked } = await startServer()
  const asking = contextOf(url).fetch(`${url}/?to=${encodeURIComponent(to)}`)
  await expect(asking).rejects.toMatchObject({
    code: 'provider.request',
    message: expect.stringMatching(message),
    hint: expect.stringContaining('base_url'),
  })
  await expect(asking).rejects.not.toThrow('abc')
  expect(asked).toHaveLength(1)
})

test('a base URL that is none is an error of the configuration', () => {
  expect(() => contextOf('not a url')).toThrow(expect.objectContaining({ code: 'config.invalid' }))
})

/** A server that knows one token, and counts what it was asked. */
async function startGuard(accepted: string) {
  const seen: (string | undefined)[] = []
  const server = createServer((request: IncomingMessage, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(request.headers.authorization === `Bearer ${accepted}` ? 200 : 401)
    response.end('here')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo // it listens on a port
  return { url: `http://127.0.0.1:${port}`, seen }
}

const bearer = (token: string | undefined) => ({ headers: { authorization: `Bearer ${token}` } })

test('a token that the server refuses is taken anew, once, and the request is made again', async () => {
  const { url, seen } = await startGuard('second')
  const recorded: object[] = []
  const credentials = { ...noCredentials, credential: async () => 'first', renew: async () => 'second' }
  const context = contextOf(url, async (request) => void recorded.push(request), { credentials })
  const answer = await context.fetch(url, bearer(await context.credential()))
  expect(answer.status).toBe(200)
  expect(seen).toEqual(['Bearer first', 'Bearer second'])
  expect(recorded).toHaveLength(2)
})

test('a refusal of the new token as well, and one of a key that cannot be had anew, are the answer', async () => {
  const { url, seen } = await startGuard('other')
  const credentials = { ...noCredentials, credential: async () => 'first', renew: async () => 'second' }
  const renewing = contextOf(url, undefined, { credentials })
  expect((await renewing.fetch(url, bearer(await renewing.credential()))).status).toBe(401)
  expect(seen).toHaveLength(2)
  const fixed = contextOf(url, undefined, { credentials: { ...credentials, renew: async () => undefined } })
  expect((await fixed.fetch(url, bearer(await fixed.credential()))).status).toBe(401)
  expect(seen).toHaveLength(3)
})

test('the value of a secret variable that a provider asks for is remembered, to be taken out of what is written', () => {
  const remembered: string[] = []
  const credentials = { ...noCredentials, remember: (secret: string) => void remembered.push(secret) }
  const context = contextOf('http://127.0.0.1:1', undefined, { credentials, env: { X_API_KEY: 'abc', X_REGION: 'eu' } })
  expect([context.env('X_API_KEY'), context.env('X_REGION')]).toEqual(['abc', 'eu'])
  expect(remembered).toEqual(['abc'])
})

test('a provider reads the credential files that its manifest names, and their secrets are kept out of everything', async () => {
  const home = await mkdtemp(join(tmpdir(), 'codex-home-'))
  onTestFinished(() => rm(home, { recursive: true }))
  await writeFile(join(home, 'keys.ini'), '[default]\nregion = eu-west-1\nx_secret_access_key = very-secret-value\n')
  const remembered: string[] = []
  const credentials = { ...noCredentials, remember: (secret: string) => void remembered.push(secret) }
  const context = contextOf(undefined, undefined, { credentials, env: { X_FILE: join(home, 'keys.ini') } })
  expect(await context.credentialFile('~/.x/credentials')).toContain('very-secret-value')
  expect(remembered).toEqual(['very-secret-value'])
  expect(await contextOf(undefined).credentialFile('~/.x/credentials')).toBeUndefined()
  await expect(context.credentialFile('~/.ssh/id_rsa')).rejects.toMatchObject({ code: 'provider.credential' })
})
