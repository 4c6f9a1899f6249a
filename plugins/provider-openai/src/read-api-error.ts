import type { HttpResponse } from 'codex-kernel/plugin-api'

/** Code and message of an error as the API words it; undefined where the body is something else. */
export interface ApiErrorText {
  readonly code: string | undefined
  readonly message: string | undefined
}

/** Lets the `openai` package read an error body. It is imported here, after a failure, and nowhere on the way of a good answer. */
export async function readApiError(
  status: number,
  body: string,
  headers: HttpResponse['headers'],
): Promise<ApiErrorText> {
  const parsed = parseObject(body)
  if (!parsed) return { code: undefined, message: undefined }
  const { APIError } = await import('openai/core/error')
  const error = APIError.generate(status, parsed, undefined, new Headers(headers))
  const details: unknown = error.error
  const message = isRecord(details) && typeof details.message === 'string' ? details.message : undefined
  // Some servers put the code where OpenAI puts the kind.
  return { code: error.code ?? error.type ?? undefined, message }
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
