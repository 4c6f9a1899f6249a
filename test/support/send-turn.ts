import type { ServerResponse } from 'node:http'
import type { ModelTurn } from './model-turn.ts'
import type { WireEvent } from './responses-events.ts'
import type { WireFormat } from './wire-format.ts'

/** Sends one scripted turn as a stream of events, or the failure that the turn asks for. */
export async function sendTurn(
  response: ServerResponse,
  turn: ModelTurn,
  events: Iterable<WireEvent>,
  format: WireFormat,
): Promise<void> {
  const { failure } = turn
  if (failure?.kind === 'status') {
    const isText = typeof failure.body === 'string'
    const type = isText ? 'text/plain; charset=utf-8' : 'application/json'
    response.writeHead(failure.status, { 'content-type': type, ...failure.headers })
    response.end(isText ? failure.body : JSON.stringify(failure.body ?? {}))
    return
  }
  if (failure?.kind === 'content_type') {
    response.writeHead(200, { 'content-type': failure.contentType })
    response.end(failure.body)
    return
  }
  if (failure?.kind === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  if (failure?.kind === 'silent' && failure.afterEvents === undefined) return
  response.writeHead(200, { 'content-type': format.mediaType, 'cache-control': 'no-cache' })
  response.flushHeaders()
  const limit = failure && 'afterEvents' in failure ? failure.afterEvents : undefined
  // Events are joined while nothing holds them back: one packet an event would measure the server.
  let pending: Buffer[] = []
  const flush = async () => {
    const bytes = Buffer.concat(pending)
    pending = []
    if (bytes.length > 0 && !response.write(bytes) && !response.destroyed) await drained(response)
  }
  let index = 0
  for (const event of events) {
    if (index === limit) break
    const held = turn.hold?.(index)
    if (held) {
      await flush()
      await held
    }
    if (response.destroyed) return
    pending.push(Buffer.from(format.frame(event)))
    if (pending.length > 256) await flush()
    index += 1
  }
  if (failure?.kind === 'malformed') pending.push(Buffer.from(format.malformed(failure.data)))
  await flush()
  if (failure?.kind === 'silent') {
    if (failure.fillerEveryMs === undefined) return
    const timer = setInterval(() => response.write(format.filler), failure.fillerEveryMs)
    response.on('close', () => clearInterval(timer))
    return
  }
  if (failure?.kind === 'cut') {
    // After the callback, so that what was sent has left before the connection breaks.
    response.write(format.filler, () => response.destroy())
    return
  }
  response.end(format.end)
}

/** Resolves when more may be written, or never will be. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      response.off('drain', end).off('close', end)
      resolve()
    }
    response.on('drain', end).on('close', end)
  })
}
