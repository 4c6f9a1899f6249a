import { CodexError } from '../errors.ts'

/** The model has no room for the request. The message is one that clients of `codex exec` know. */
export function contextFull(): CodexError {
  return new CodexError(
    'provider.context_length',
    "Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.",
    { hint: 'Start a new thread, or name fewer files.' },
  )
}

/** The account is spent; no retry mends that. */
export function quotaSpent(): CodexError {
  return new CodexError('provider.quota', 'Quota exceeded. Check your plan and billing details.', {
    hint: 'Add credit to the account, or use another provider or key.',
  })
}

const incompleteHints: Readonly<Record<string, string>> = {
  max_output_tokens: 'Ask for less at once, or lower the reasoning effort.',
  content_filter: 'Word the request differently, or use another model.',
}

/** @param reason such as `max_output_tokens` or `content_filter` */
export function incompleteAnswer(reason: string): CodexError {
  const hint = incompleteHints[reason] ?? 'Try again, or use another model.'
  return new CodexError('provider.response', `Incomplete response returned, reason: ${reason}`, { hint })
}
