import type { ApiError, FailedAnswer } from 'codex-kernel/plugin-api'
import { reasonOf } from './error-reason.ts'
import { isRecord } from './is-record.ts'

/** Lets the `openai` package read an error body. It is imported here, after a failure, and nowhere on the way of a good answer. What a client of `codex exec` knows as the whole body stays the whole body. */
export async function readApiError({ status, body, headers }: FailedAnswer): Promise<ApiError> {
  const whole = status === 400 && body !== '' ? { message: body } : {}
  const parsed = parseObject(body)
  if (!parsed) return whole
  const { APIError } = await import('openai/core/error')
  const error = APIError.generate(status, parsed, undefined, new Headers(headers))
  const details: unknown = error.error
  const said = messageIn(details) ?? messageIn(parsed) ?? (typeof details === 'string' ? details : undefined)
  const message = said === undefined ? {} : { message: said }
  // Some servers put the code where OpenAI puts the kind.
  const reason = reasonOf(error.code ?? undefined, undefined) ?? reasonOf(error.type ?? undefined, said)
  return { ...message, ...whole, ...(reason && { reason }), ...(reason === 'context_length' && { message: body }) }
}

/** `message` of OpenAI; `detail` of FastAPI. */
function messageIn(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined
  return [value.message, value.detail].find((each) => typeof each === 'string')
}

function parseObject(text: string): object | undefined {
  // An error page of a proxy is no JSON; its text is shown as it is.
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
