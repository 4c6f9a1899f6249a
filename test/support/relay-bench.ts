import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { defineSandbox, type OpenSandboxNetwork, type SandboxBackend } from '../../src/plugin-api/index.ts'
import type { GateDeps } from '../../src/security/index.ts'
import { clauseOf } from '../../src/security/permissions/dimension-of.ts'
import { createCommandNetwork } from '../../src/tools/context/command-network.ts'
import type { ReachDeps } from '../../src/tools/context/reach-host.ts'
import { openToolBench, type ToolBench } from './tool-bench.ts'

/** A backend that holds nothing, and whose network is the machine's loopback: to speak with the relay from a test. */
export function loopbackBackend(): SandboxBackend {
  return defineSandbox({
    id: 'loopback',
    probe: async () => ({ available: true, detail: '' }),
    wrap: () => Promise.reject(new Error('it runs no command')),
    async openNetwork(accept): Promise<OpenSandboxNetwork> {
      const server = createServer({ allowHalfOpen: true }, accept)
      const relayPort = await listen(server)
      return { network: { relayPort }, close: async () => void server.close() }
    },
  })
}

/** The port. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return (server.address() as AddressInfo).port // a TCP server that listens has such an address
}

/** A web server that counts who connects, and keeps what it was asked. */
export async function countingServer(
  answer: RequestListener = (request, response) => response.end(`${request.method} ${request.url}`),
  host?: string,
) {
  const requests: string[] = []
  let connections = 0
  const connected = Promise.withResolvers<void>()
  const server = createHttpServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.host}`)
    answer(request, response)
  })
  server.on('connection', () => {
    connections += 1
    connected.resolve()
  })
  const port = await listen(server, host)
  return {
    port,
    requests,
    connections: () => connections,
    connected: connected.promise,
    close: () => server.closeAllConnections() ?? server.close(),
  }
}

/** Says yes to a permission that a tool asks for. */
const nobodyExpected: NonNullable<GateDeps['approve']> = ({ action }) =>
  action.kind === 'permission' ? Promise.resolve('turn') : Promise.reject(new Error('somebody was asked'))

/** The relay under a gate that allows these hosts (`METHOD host:port`), with names as given. */
export async function openRelayBench(
  allow: readonly string[],
  {
    ask = [],
    resolve,
    approve = nobodyExpected,
  }: { readonly ask?: readonly string[] } & Pick<ReachDeps, 'resolve'> & Partial<Pick<GateDeps, 'approve'>> = {},
) {
  const bench: ToolBench = await openToolBench([], {
    needsSandbox: true,
    permissions: () => ({ network: clauseOf({ allow, ask }) }),
    approve,
  })
  const network = createCommandNetwork({ gate: bench.gate, ...(resolve && { resolve }) })
  const opened = await network.of(loopbackBackend())
  if (typeof opened === 'string') throw new Error(`the network is ${opened}`)
  const { relayPort } = opened
  return {
    bench,
    network,
    relayPort,
    /** All that comes back for these bytes. */
    async send(...parts: readonly (string | Uint8Array)[]): Promise<string> {
      const socket = connect({ port: relayPort, host: '127.0.0.1' })
      socket.on('error', () => undefined)
      for (const part of parts) socket.write(part)
      setTimeout(() => socket.end(), 10_000).unref()
      return await text(socket).catch(() => '')
    },
    async close() {
      await network.close()
      await bench.close()
    },
  }
}
