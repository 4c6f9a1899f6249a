import type { ApiError } from 'codex-kernel/plugin-api'

const reasons: Readonly<Record<string, ApiError['reason']>> = {
  context_length_exceeded: 'context_length',
  // llama.cpp
  exceed_context_size_error: 'context_length',
  insufficient_quota: 'quota',
  billing_hard_limit_reached: 'quota',
  billing_not_active: 'quota',
  model_not_found: 'model_unknown',
  // Azure
  DeploymentNotFound: 'model_unknown',
  invalid_encrypted_content: 'reasoning',
}

/** How servers without such codes say it: vLLM, llama.cpp, LM Studio, Ollama, OpenRouter and other gateways. */
const wordings: readonly (readonly [RegExp, ApiError['reason']])[] = [
  [
    /maximum context length|context (?:length|size|window)\b.{0,40}\b(?:exceed|overflow|too)|(?:exceed|larger than|greater than).{0,60}\bcontext (?:length|size|window)|prompt is too long/i,
    'context_length',
  ],
  [/\bmodel\b.{0,120}\b(?:not found|does not exist|not loaded)\b|^no endpoints found for\b/i, 'model_unknown'],
]

/** What a code or, without one that is known, a message means beyond its status; undefined where it says no more. */
export function reasonOf(code: string | undefined, message: string | undefined): ApiError['reason'] {
  if (code !== undefined && Object.hasOwn(reasons, code)) return reasons[code]
  return wordings.find(([pattern]) => message !== undefined && pattern.test(message))?.[1]
}
