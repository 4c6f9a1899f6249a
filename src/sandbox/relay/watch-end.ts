import type { Duplex } from 'node:stream'

/** Watches a connection that is held; `stop` before its bytes are read. */
export interface EndWatch {
  /** Aborts once the other side has ended what it sends, or is gone: a program that gives up does so, and none waits in this way. */
  readonly gone: AbortSignal
  stop(): void
}

/** What the other side sends meanwhile stays to be read. Where it has sent something ahead, only a broken connection is seen. */
export function watchEnd(client: Duplex): EndWatch {
  const gone = new AbortController()
  const end = (): void => gone.abort(new Error('the command waits no more'))
  // An end is told once it is read; this reads into the buffer and takes nothing out of it.
  const look = (): void => void client.read(0)
  client.on('readable', look)
  client.once('end', end)
  client.once('close', end)
  if (client.destroyed || client.readableEnded) end()
  return {
    gone: gone.signal,
    stop() {
      client.off('readable', look)
      client.off('end', end)
      client.off('close', end)
    },
  }
}
