/** Why it broke. */
export type BrokenStreamCode = 'provider.unreachable' | 'provider.response' | 'provider.rate_limited'

/**
 * A response that began, or should have, and did not end well for a reason that may pass. It is tried again up to
 * `stream_max_retries` times; what remains becomes a CodexError.
 */
export class BrokenStream extends Error {
  override readonly name = 'BrokenStream'
  /** `provider.unreachable`: cut off; `provider.response`: unreadable; `provider.rate_limited`: too many requests or tokens. */
  readonly code: BrokenStreamCode
  /** How long the server asked to wait. */
  readonly retryAfterMs: number | undefined

  constructor(
    why: string,
    options: {
      readonly cause?: unknown
      readonly code?: BrokenStreamCode
      readonly retryAfterMs?: number | undefined
    } = {},
  ) {
    super(
      `${options.code === 'provider.rate_limited' ? 'rate limit exceeded' : 'stream disconnected before completion'}: ${why}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.code = options.code ?? 'provider.unreachable'
    this.retryAfterMs = options.retryAfterMs
  }
}
