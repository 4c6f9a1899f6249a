import type { ActionOutcome } from '../plugin-api/action.ts'
import type { HttpResponse } from '../plugin-api/provider.ts'
import type { AuditLog } from '../security/audit/open-audit.ts'
import type { HttpClient } from './http-client.ts'

export interface RecordedSendDeps {
  readonly send: HttpClient
  readonly audit: Pick<AuditLog, 'append' | 'appendSoon'>
  /** Whose records they are. */
  readonly threadId: string
  /** Who allowed it: what the configuration names is not asked for. */
  readonly why: { readonly layer: string; readonly rule: string; readonly reason: string }
  /** Ends what waits for the answers. Absent: the signal of each request does. */
  readonly signal?: AbortSignal
}

/**
 * Sends as `send` does, each request with its decision in the log before it is sent, which is waited for, and its outcome once the answer
 * has been read, was left, or never came.
 */
export function createRecordedSend({ send, audit, threadId, why, signal }: RecordedSendDeps): HttpClient {
  return async (url, request) => {
    const method = (request.method ?? 'GET').toUpperCase()
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
    const action = { kind: 'network', method, host: url.hostname, port } as const
    const of = await audit.append({ type: 'decision', thread: threadId, outcome: 'allow', action, ...why })
    let isSettled = false
    const settle = (outcome: ActionOutcome) => {
      if (isSettled) return
      isSettled = true
      audit.appendSoon({ type: 'outcome', thread: threadId, of, ...outcome })
    }
    const isInterrupted = () => (signal ?? request.signal)?.aborted === true
    const failed = (error: unknown) =>
      settle(isInterrupted() ? { status: 'interrupted' } : { status: 'failed', detail: codeOf(error) })
    try {
      const answer = await send(url, request)
      const answered = () => settle({ status: 'done', detail: `status ${answer.status}` })
      // A refusal is whole without its body.
      if (!answer.ok) answered()
      const left = () => (isInterrupted() ? settle({ status: 'interrupted' }) : answered())
      return watched(answer, { answered, left, failed })
    } catch (error) {
      failed(error)
      throw error
    }
  }
}

/** Told how the body of an answer ends. */
interface BodyEnding {
  answered(): void
  left(): void
  failed(error: unknown): void
}

function watched(answer: HttpResponse, { answered, left, failed }: BodyEnding): HttpResponse {
  const ended = <Given>(reading: Promise<Given>, whole: (given: Given) => boolean): Promise<Given> => {
    reading.then((given) => whole(given) && answered(), failed)
    return reading
  }
  const body: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]() {
      const chunks = answer.body[Symbol.asyncIterator]()
      return {
        next: () => ended(chunks.next(), ({ done }) => done === true),
        async return() {
          left()
          await chunks.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
  return {
    ...answer,
    body,
    text: () => ended(answer.text(), () => true),
    cancel() {
      left()
      answer.cancel()
    },
  }
}

/** A code or class name, without content. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'error'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
