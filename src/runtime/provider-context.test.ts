import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Config } from '../config/schema.ts'
import { createHttpClient } from './http-client.ts'
import { createProviderContext } from './provider-context.ts'

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

function contextOf(baseUrl: string | undefined, audit: (request: object) => Promise<void> = async () => undefined) {
  return createProviderContext({
    settings: { id: 'p', ...(baseUrl !== undefined && { base_url: baseUrl }) },
    config: {} as Config, // no provider of it is asked for
    env: {},
    codexHome: '/none',
    originator: 'o',
    version: '0',
    send: createHttpClient({}),
    audit,
  })
}

test('a provider reaches its own address, and each request is recorded', async () => {
  const { url, port, asked } = await startServer()
  const recorded: object[] = []
  const context = contextOf(`${url}/v1`, async (request) => void recorded.push(request))
  expect(await (await context.fetch(`${url}/v1/answer`, { method: 'post' })).text()).toBe('here')
  expect(asked).toEqual(['/v1/answer'])
  expect(recorded).toEqual([{ method: 'POST', host: '127.0.0.1', port }])
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

test('a base URL that is none is an error of the configuration', () => {
  expect(() => contextOf('not a url')).toThrow(expect.objectContaining({ code: 'config.invalid' }))
})
