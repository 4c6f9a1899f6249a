import { type ApiError, type FailedAnswer, parseJson, z } from 'codex-kernel/plugin-api'

const bodySchema = z.looseObject({ message: z.string().optional(), Message: z.string().optional() })

/** What an error status says: the kind is a header, the words are the body. */
export async function readError({ body, headers }: FailedAnswer): Promise<ApiError> {
  const kind = (headers['x-amzn-errortype'] ?? '').split(':')[0] ?? ''
  const parsed = bodySchema.safeParse(parseJson(body))
  const message = parsed.success ? (parsed.data.message ?? parsed.data.Message) : undefined
  const reason = errorReason(kind, message ?? '')
  const id = headers['x-amzn-requestid']
  const shown = [kind, message].filter(Boolean).join(': ')
  return {
    ...(shown !== '' && { message: id === undefined ? shown : `${shown} (request ${id})` }),
    ...(reason && { reason }),
  }
}

/** What a kind of error and its words mean, in answers and in the middle of a stream. */
export function errorReason(kind: string, message: string): ApiError['reason'] {
  const isAbout = (words: RegExp) => words.test(message)
  if (
    /^(?:ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientTokenId|MissingAuthenticationToken|IncompleteSignature)/.test(
      kind,
    )
  ) {
    return 'credential'
  }
  if (
    isAbout(
      /input is too long|prompt is too long|too many (?:input )?tokens in|exceeds? the (?:maximum|model'?s) (?:context|input|number of tokens)|context (?:length|window)/i,
    )
  ) {
    return 'context_length'
  }
  if (
    isAbout(/model identifier is invalid|could not resolve the foundation model|on-demand throughput isn.t supported/i)
  ) {
    return 'model_unknown'
  }
  if (isAbout(/\bthinking\b.*\bblocks?\b|`signature`|bound to a different conversation/is)) return 'reasoning'
  return undefined
}
