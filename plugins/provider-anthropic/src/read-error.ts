import { type ApiError, type FailedAnswer, parseJson, z } from 'codex-kernel/plugin-api'

const bodySchema = z.object({
  error: z.object({ type: z.string().catch(''), message: z.string().catch('') }),
  request_id: z.string().optional().catch(undefined),
})

/** What the body of an error status says, with the id that Anthropic asks for when something is unclear. */
export async function readError({ status, body }: FailedAnswer): Promise<ApiError> {
  const parsed = bodySchema.safeParse(parseJson(body))
  if (!parsed.success) return {}
  const { error, request_id: requestId } = parsed.data
  const reason = errorReason(error.type, error.message, status)
  const id = requestId === undefined ? '' : ` (request ${requestId})`
  return { message: `${error.message || error.type}${id}`, ...(reason && { reason }) }
}

/** What a kind of error and its words mean, in answers and in the middle of a stream. */
export function errorReason(type: string, message: string, status?: number): ApiError['reason'] {
  if (type === 'request_too_large' || status === 413) return 'context_length'
  if (/prompt is too long|exceed(?:s|ed)? (?:the )?context (?:limit|window)/i.test(message)) return 'context_length'
  if (type === 'billing_error' || /credit balance is too low/i.test(message)) return 'quota'
  if (type === 'not_found_error' && /\bmodel\b/i.test(message)) return 'model_unknown'
  if (/\bthinking\b.*\bblocks?\b|`signature`|bound to a different conversation/is.test(message)) return 'reasoning'
  return undefined
}
