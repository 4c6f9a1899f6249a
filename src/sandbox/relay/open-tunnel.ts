import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { CodexError } from '../../plugin-api/errors.ts'
import type { Route, Transfer } from './reach.ts'
import { authorityOf, type RelayTarget } from './relay-target.ts'

/** Until the other side has answered; the system's own limit is two minutes. */
const connectTimeoutMs = 15_000
/** Without a byte in either direction. */
const idleTimeoutMs = 10 * 60_000
/** First byte of a TLS handshake record (RFC 8446, section 5.1). */
const tlsHandshake = 0x16

/** Connects to the addresses of a route, and to no other. @throws what `net.connect` says; the abort reason */
export async function connectTo(target: RelayTarget, { addresses }: Route, signal: AbortSignal): Promise<Socket> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(connectTimeoutMs)])
  limit.throwIfAborted()
  const socket = connect({
    ...{ host: target.host, port: target.port, allowHalfOpen: true },
    lookup: (_host, options, done) =>
      options.all ? done(null, [...addresses]) : done(null, addresses[0]?.address ?? '', addresses[0]?.family),
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stop = () => reject(limit.reason)
  limit.addEventListener('abort', stop, { once: true })
  socket.once('connect', resolve)
  socket.once('error', reject)
  try {
    await promise
    socket.off('error', reject)
    return socket
  } catch (error) {
    socket.on('error', () => undefined)
    socket.destroy()
    throw error
  } finally {
    limit.removeEventListener('abort', stop)
  }
}

/**
 * Carries bytes both ways until both sides have ended, or one breaks off. What neither side takes waits in a buffer of the streams' own
 * size. @throws CodexError `permission.denied` for what has to be TLS and is not
 */
export async function carry(
  client: Duplex,
  target: Socket,
  { mustBeTls, to }: { readonly mustBeTls: boolean; readonly to: RelayTarget },
): Promise<Transfer> {
  const ended = Promise.withResolvers<void>()
  let open = 2
  const end = (): void => {
    client.destroy()
    target.destroy()
    ended.resolve()
  }
  const finish = (): void => {
    open -= 1
    if (open === 0) end()
  }
  target.setTimeout(idleTimeoutMs, end)
  for (const stream of [client, target]) {
    stream.on('error', end)
    stream.on('close', end)
  }
  // Not when a side has been read to its end: what it sent may still wait to be taken by the other one.
  client.on('finish', finish)
  target.on('finish', finish)
  if (client.destroyed || target.destroyed) end()
  target.pipe(client)
  if (mustBeTls && !(await beginsWith(client, tlsHandshake))) {
    end()
    throw new CodexError(
      'permission.denied',
      `Not permitted: ${authorityOf(to)} may only be read from, and a tunnel that is not TLS could write`,
      { hint: 'Send the request to the proxy without a tunnel, or allow all methods in the profile.' },
    )
  }
  client.pipe(target)
  await ended.promise
  return { detail: `sent ${target.bytesWritten} bytes, received ${target.bytesRead}` }
}

/** Whether the first byte that comes is this one; it stays to be read. */
async function beginsWith(stream: Duplex, byte: number): Promise<boolean> {
  for (;;) {
    const chunk: unknown = stream.read()
    if (Buffer.isBuffer(chunk) && chunk.length > 0) {
      stream.unshift(chunk)
      return chunk[0] === byte
    }
    if (stream.readableEnded || stream.destroyed) return false
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const name of ['readable', 'end', 'close'] as const) stream.once(name, resolve)
    await promise
    for (const name of ['readable', 'end', 'close'] as const) stream.off(name, resolve)
  }
}
