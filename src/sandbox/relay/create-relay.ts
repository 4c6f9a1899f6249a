import { Duplex } from 'node:stream'
import type { RelayConnection } from '../../plugin-api/sandbox.ts'
import type { Reach } from './reach.ts'
import { createHttpProxy } from './serve-http.ts'
import { serveSocks, socksVersion } from './serve-socks.ts'

/** How commands leave their network: a proxy that speaks HTTP and SOCKS 5, told apart by the first byte. */
export interface Relay {
  /** Serves one connection of a command. */
  accept(connection: RelayConnection): void
  /** Ends all that is open. */
  close(): void
}

/** More than a package manager or a browser opens at once; what comes beyond is closed. */
const maxConnections = 256
/** For the first byte. */
const silenceMs = 30_000

/** A relay that connects to what `reach` allows. It keeps nothing of what it carries, and logs none of it. */
export function createRelay(reach: Reach): Relay {
  const life = new AbortController()
  const open = new Set<Duplex>()
  const proxy = createHttpProxy(reach, life.signal)

  const serve = async (connection: Duplex): Promise<void> => {
    const first = await firstByte(connection)
    if (first === undefined) connection.destroy()
    else if (first === socksVersion) await serveSocks(connection, reach, life.signal)
    else proxy(connection)
  }
  return {
    accept(connection) {
      if (!(connection instanceof Duplex) || life.signal.aborted || open.size >= maxConnections) {
        connection.destroy()
        return
      }
      // Who has sent all may still wait for an answer.
      connection.allowHalfOpen = true
      open.add(connection)
      connection.once('close', () => open.delete(connection))
      // It is told by its end.
      connection.on('error', () => connection.destroy())
      serve(connection).catch(() => connection.destroy())
    },
    close() {
      life.abort()
      for (const connection of open) connection.destroy()
    },
  }
}

/** Stays to be read; undefined where none comes. */
async function firstByte(connection: Duplex): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const end = () => resolve(undefined)
  const look = () => {
    const chunk: unknown = connection.read(1)
    if (!Buffer.isBuffer(chunk)) return
    connection.unshift(chunk)
    resolve(chunk[0])
  }
  const late = setTimeout(end, silenceMs)
  connection.on('readable', look)
  connection.once('end', end)
  connection.once('close', end)
  try {
    return await promise
  } finally {
    clearTimeout(late)
    connection.off('readable', look)
    connection.off('end', end)
    connection.off('close', end)
  }
}
