import { BrokenStream, type ModelStream, streamChunks } from 'codex-kernel/plugin-api'

/** One message of an event stream. */
export interface EventMessage {
  /** Name of the event or of the exception. */
  readonly name: string
  readonly kind: 'event' | 'exception'
  /** Its JSON. */
  readonly payload: unknown
}

/** Larger ones are no messages (AWS, "Event stream encoding": 24 MB at most). */
const longestMessage = 25_000_000
/** Lengths of the whole and of its headers, and their checksum. */
const preludeBytes = 12

/**
 * The messages of a stream in the event stream encoding of AWS, all of one network chunk at a time. The decoder is imported
 * here, at the first answer. @throws BrokenStream for a stream that breaks, or bytes that are no message; the abort reason
 */
export async function* eventMessages(stream: ModelStream): AsyncGenerator<readonly EventMessage[]> {
  const { EventStreamCodec } = await import('@smithy/eventstream-codec')
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  )
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of streamChunks(stream)) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    const messages: EventMessage[] = []
    for (let size = sizeOf(rest); size !== undefined && rest.length >= size; size = sizeOf(rest)) {
      messages.push(readMessage(() => codec.decode(rest.subarray(0, size))))
      rest = rest.subarray(size)
    }
    if (messages.length > 0) yield messages
  }
  if (rest.length > 0) throw new BrokenStream('stream closed inside a message')
}

function sizeOf(bytes: Buffer): number | undefined {
  if (bytes.length < preludeBytes) return undefined
  const size = bytes.readUInt32BE(0)
  if (size < preludeBytes + 4 || size > longestMessage) throw unreadable()
  return size
}

interface Decoded {
  readonly headers: Readonly<Record<string, { readonly value: unknown }>>
  readonly body: Uint8Array
}

function readMessage(decode: () => Decoded): EventMessage {
  try {
    const { headers, body } = decode()
    const header = (name: string) => String(headers[name]?.value ?? '')
    const text = Buffer.from(body).toString('utf8')
    const kind = header(':message-type') === 'event' ? 'event' : 'exception'
    if (header(':message-type') === 'error') {
      return { kind, name: header(':error-code'), payload: { message: header(':error-message') } }
    }
    return { kind, name: header(`:${kind}-type`), payload: text === '' ? {} : JSON.parse(text) }
  } catch (cause) {
    throw unreadable(cause)
  }
}

function unreadable(cause?: unknown): BrokenStream {
  return new BrokenStream('the provider sent bytes that are no event', { code: 'provider.response', cause })
}
