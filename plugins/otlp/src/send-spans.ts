import type { ObserverContext, SourceProblem } from 'codex-kernel/plugin-api'
import type { ExportSettings } from './export-settings.ts'
import type { FinishedSpan } from './finished-span.ts'
import { openSerializer, type SpanSerializer } from './serialize-spans.ts'

/** Sends spans in batches beside the turn. */
export interface SpanSender {
  add(spans: readonly FinishedSpan[]): void
  /** What has gone wrong since it was last asked; the same once. */
  news(): readonly SourceProblem[]
  /** Sends what waits until the signal aborts. */
  close(signal: AbortSignal): Promise<void>
}

/** What waits at most; what comes then is dropped and counted. Numbers of OpenTelemetry's batch processor. */
const maxWaiting = 2048
const batchSize = 512
const batchMs = 5000
/** Of an answer; it is read for how many spans were not taken. */
const maxAnswerBytes = 64 * 1024
/** OTLP, "Failures": these may be sent again. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** Opens the sender; nothing is loaded or sent before the first batch. */
export function createSpanSender(settings: ExportSettings, ctx: ObserverContext): SpanSender {
  const host = new URL(settings.url).host
  const waiting: FinishedSpan[] = []
  const problems: SourceProblem[] = []
  const closing = new AbortController()
  let dropped = 0
  let isTold = false
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | undefined
  let serializer: Promise<SpanSerializer> | undefined

  const tell = (what: string) => {
    if (isTold) return
    isTold = true
    problems.push({ message: `Spans could not be sent to ${host}: ${what}` })
  }

  /** True where the batch was taken, or never will be. */
  const sendBatch = async (batch: readonly FinishedSpan[], isLast: boolean): Promise<boolean> => {
    serializer ??= openSerializer(settings.protocol, { resource: settings.resource, version: ctx.version })
    const { write, contentType, rejected } = await serializer
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(settings.timeoutMs)])
    try {
      const answer = await ctx.fetch(settings.url, {
        method: 'POST',
        headers: { 'content-type': contentType, ...settings.headers },
        body: write(batch),
        signal,
        ...(settings.tls && { tls: settings.tls }),
      })
      const body = await firstBytes(answer.body, maxAnswerBytes)
      if (!answer.ok) {
        tell(`it answered with status ${answer.status}`)
        return isLast || !passing.has(answer.status)
      }
      const refused = rejectedIn(body, rejected)
      if (refused > 0) tell(`it did not take ${refused} of ${batch.length}`)
      return true
    } catch (error) {
      tell(signal.aborted ? 'it did not answer in time' : reasonOf(error))
      return isLast
    }
  }

  /** Sends until nothing waits; a batch that may be sent again waits for the next time, once. */
  const drain = async (isLast: boolean): Promise<void> => {
    while (waiting.length > 0 && !closing.signal.aborted) {
      const batch = waiting.splice(0, batchSize)
      if (await sendBatch(batch, isLast)) continue
      waiting.unshift(...batch.slice(0, maxWaiting - waiting.length))
      return
    }
  }

  const start = (): void => {
    clearTimeout(timer)
    timer = undefined
    sending ??= drain(false)
      .catch((error: unknown) => tell(reasonOf(error)))
      .finally(() => {
        sending = undefined
        if (waiting.length > 0) later()
      })
  }
  const later = (): void => {
    timer ??= setTimeout(start, batchMs).unref()
  }

  return {
    add(spans) {
      const room = Math.max(0, maxWaiting - waiting.length)
      waiting.push(...spans.slice(0, room))
      dropped += Math.max(0, spans.length - room)
      if (waiting.length >= batchSize) start()
      else if (waiting.length > 0) later()
    },
    news: () => problems.splice(0),
    async close(signal) {
      const stop = () => closing.abort()
      if (signal.aborted) stop()
      signal.addEventListener('abort', stop, { once: true })
      try {
        clearTimeout(timer)
        await sending
        clearTimeout(timer)
        await drain(true)
      } catch (error) {
        tell(reasonOf(error))
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
        const lost = dropped + waiting.length
        if (lost > 0) problems.push({ message: `${lost} spans were not sent to ${host}` })
      }
    },
  }
}

async function firstBytes(body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= limit) break
  }
  return Buffer.concat(chunks).subarray(0, limit)
}

/** A server that says something else than the protocol has taken them, as far as anybody can know. */
function rejectedIn(body: Uint8Array, read: SpanSerializer['rejected']): number {
  try {
    return read(body)
  } catch {
    return 0
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
