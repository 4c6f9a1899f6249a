import { BrokenStream } from './broken-stream.ts'
import type { ModelStream } from './model-api.ts'
import { streamChunks } from './stream-chunks.ts'

/**
 * The JSON payloads of a stream of server-sent events, all of one network chunk at a time: an answer of many small
 * deltas then costs a step per chunk and not one per delta. Ends with the stream, or at `[DONE]`; closes the connection when
 * left early. @throws BrokenStream for a connection that breaks or a payload that is no JSON; the abort reason
 */
export async function* serverEvents(stream: ModelStream): AsyncGenerator<readonly unknown[]> {
  const decoder = new TextDecoder()
  const parser = createEventParser()
  const keepAlive = () => (stream.keepAlive ? stream.keepAlive() : stream.touch())
  const take = function* (batch: Batch): Generator<readonly unknown[]> {
    if (batch.payloads.length > 0) yield batch.payloads
    if (batch.failure) throw batch.failure
  }
  for await (const chunk of streamChunks({ ...stream, touch: keepAlive })) {
    const batch = parser.push(decoder.decode(chunk, { stream: true }))
    if (batch.payloads.some(saysMore)) stream.touch()
    yield* take(batch)
    if (batch.isDone) return
  }
  yield* take(parser.end())
}

/** False for an event that is a comment by another name: `{"type":"ping"}` of Anthropic. */
function saysMore(payload: unknown): boolean {
  return !(typeof payload === 'object' && payload !== null && 'type' in payload && payload.type === 'ping')
}

interface Batch {
  readonly payloads: readonly unknown[]
  /** True after `[DONE]`. */
  readonly isDone: boolean
  /** What comes after the payloads cannot be read. */
  readonly failure?: BrokenStream
}

/** Server-sent events (WHATWG HTML, section 9.2) as far as model servers use them: `data` lines, ended by an empty one. */
function createEventParser() {
  let rest = ''
  let data: string | undefined
  const push = (text: string): Batch => {
    const payloads: unknown[] = []
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      // A line that comes in pieces is put together when its end is there, and once: the last events have the whole answer in one.
      const line = rest === '' ? text : rest + text.slice(0, end)
      const from = rest === '' ? start : 0
      const last = rest === '' ? end : rest.length + end
      const to = last > from && line.charCodeAt(last - 1) === 13 ? last - 1 : last
      rest = ''
      start = end + 1
      if (line.startsWith('data:', from)) {
        const value = line.slice(line.charCodeAt(from + 5) === 32 ? from + 6 : from + 5, to)
        data = data === undefined ? value : `${data}\n${value}`
      } else if (from === to && data !== undefined) {
        if (data === '[DONE]') return { payloads, isDone: true }
        const payload = parsePayload(data)
        if (payload instanceof BrokenStream) return { payloads, isDone: true, failure: payload }
        payloads.push(payload)
        data = undefined
      }
    }
    rest += text.slice(start)
    return { payloads, isDone: false }
  }
  return {
    push,
    /** A last event may lack the empty line behind it. */
    end: () => push('\n\n'),
  }
}

/** The JSON value, or the failure to read it. */
function parsePayload(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch (cause) {
    return new BrokenStream('the provider sent an event that is no JSON', { code: 'provider.response', cause })
  }
}
