import type { Duplex } from 'node:stream'
import { carry, connectTo } from './open-tunnel.ts'
import type { Reach, Route, Transfer } from './reach.ts'
import { refusalOf } from './refusal.ts'
import { parseHostAndPort, type RelayTarget } from './relay-target.ts'
import { watchEnd } from './watch-end.ts'

/** First byte of SOCKS 5 (RFC 1928). */
export const socksVersion = 5
const connectCommand = 1
const addressType = { ipv4: 1, name: 3, ipv6: 4 } as const
const reply = { failed: 1, unsupportedCommand: 7, unsupportedAddress: 8 } as const
/** For the whole greeting, which is at most 519 bytes. */
const greetingTimeoutMs = 30_000

/** Serves one connection of SOCKS 5 (RFC 1928): CONNECT alone, without a password; names are resolved here. */
export async function serveSocks(client: Duplex, reach: Reach, signal: AbortSignal): Promise<void> {
  const target = await greet(client)
  if (target === undefined) return
  let isOpen = false
  const held = watchEnd(client)
  const transfer = async (route: Route): Promise<Transfer> => {
    held.stop()
    const socket = await connectTo(target, route, signal)
    client.write(answer(0))
    isOpen = true
    return await carry(client, socket, { mustBeTls: route.mustBeTls, to: target })
  }
  try {
    await reach(target, transfer, held.gone)
  } catch (error) {
    held.stop()
    if (isOpen) client.destroy()
    else client.end(answer(refusalOf(error, target).reply))
  }
}

/** What is asked for; undefined where it has been refused already. */
async function greet(client: Duplex): Promise<RelayTarget | undefined> {
  const late = setTimeout(() => client.destroy(), greetingTimeoutMs)
  try {
    const [, methods = 0] = await take(client, 2)
    const offered = await take(client, methods)
    if (!offered.includes(0)) return void client.end(Buffer.from([socksVersion, 0xff]))
    client.write(Buffer.from([socksVersion, 0]))
    const [version, command, , type] = await take(client, 4)
    if (version !== socksVersion) return void client.destroy()
    const host = await takeHost(client, type)
    if (host === undefined) return void client.end(answer(reply.unsupportedAddress))
    const place = parseHostAndPort(host, (await take(client, 2)).readUInt16BE())
    if (command !== connectCommand) return void client.end(answer(reply.unsupportedCommand))
    if (place === undefined) return void client.end(answer(reply.failed))
    return { method: 'CONNECT', ...place, protocol: 'socks5_tcp' }
  } catch {
    // It went away, or was too slow: nothing was asked for.
    return void client.destroy()
  } finally {
    clearTimeout(late)
  }
}

async function takeHost(client: Duplex, type: number | undefined): Promise<string | undefined> {
  if (type === addressType.ipv4) return (await take(client, 4)).join('.')
  if (type === addressType.name) return (await take(client, (await take(client, 1))[0] ?? 0)).toString('latin1')
  if (type !== addressType.ipv6) return undefined
  const bytes = await take(client, 16)
  return Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':')
}

/** Exactly so many bytes; the rest stays to be read. @throws Error where they do not come */
async function take(stream: Duplex, count: number): Promise<Buffer> {
  for (;;) {
    if (count === 0) return Buffer.alloc(0)
    const chunk: unknown = stream.read(count)
    if (Buffer.isBuffer(chunk)) {
      if (chunk.length === count) return chunk
      throw new RangeError('the connection ended early')
    }
    if (stream.readableEnded || stream.destroyed) throw new RangeError('the connection ended early')
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const name of ['readable', 'end', 'close'] as const) stream.once(name, resolve)
    await promise
    for (const name of ['readable', 'end', 'close'] as const) stream.off(name, resolve)
  }
}

/** The address that it was reached from is not told: 0.0.0.0:0. */
function answer(code: number): Buffer {
  return Buffer.from([socksVersion, code, 0, addressType.ipv4, 0, 0, 0, 0, 0, 0])
}
