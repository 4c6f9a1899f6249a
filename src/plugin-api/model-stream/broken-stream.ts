/**
 * A response that began, or should have, and did not end well for a reason that may pass. It is tried again up to
 * `stream_max_retries` times; what remains becomes a CodexError.
 */
export class BrokenStream extends Error {
  override readonly name = 'BrokenStream'
  /** `provider.unreachable`: cut off; `provider.response`: unreadable. */
  readonly code: 'provider.unreachable' | 'provider.response'
  /** How long the server asked to wait. */
  readonly retryAfterMs: number | undefined

  constructor(
    why: string,
    options: {
      readonly cause?: unknown
      readonly code?: 'provider.unreachable' | 'provider.response'
      readonly retryAfterMs?: number | undefined
    } = {},
  ) {
    super(
      `stream disconnected before completion: ${why}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.code = options.code ?? 'provider.unreachable'
    this.retryAfterMs = options.retryAfterMs
  }
}
