import {
  type ErrorCode,
  type ExitCode,
  exitCodeOf,
  exitCodes,
  type Severity,
  severities,
  type ThreadEvent,
} from '../plugin-api/index.ts'

/** How a thread ended, for whoever started it. */
export interface ThreadResult {
  readonly exitCode: ExitCode
  /** Absent where the agent said nothing, or the turn failed. */
  readonly lastMessage?: string
  /** Absent where it did not begin. */
  readonly threadId?: string
}

/**
 * Reads a thread to its end and says how it ended.
 *
 * @param failOn severity of a finding from which on the exit code is 3; absent: findings do not change it
 */
export async function threadResult(
  events: AsyncIterable<ThreadEvent>,
  options: { readonly failOn?: Severity },
): Promise<ThreadResult> {
  let exitCode: ExitCode = exitCodes.failed // a stream that ends without an end has failed
  let lastMessage: string | undefined
  let threadId: string | undefined
  let worst: number = severities.length
  for await (const event of events) {
    if ((event.type === 'item.completed' || event.type === 'item.updated') && event.item.type === 'finding') {
      worst = Math.min(worst, severities.indexOf(event.item.finding.severity))
    }
    if (event.type === 'thread.started') threadId = event.thread_id
    if (event.type === 'turn.completed') {
      exitCode = exitCodes.done
      lastMessage = event.last_agent_message
    }
    if (event.type === 'turn.failed') exitCode = exitCodeOf((event.error.code ?? 'internal') as ErrorCode) // any text: unknown codes exit 1
    if (event.type === 'turn.interrupted') exitCode = exitCodes.interrupted
  }
  if (exitCode === exitCodes.done && options.failOn && worst <= severities.indexOf(options.failOn))
    exitCode = exitCodes.findings
  return {
    exitCode,
    ...(lastMessage !== undefined && { lastMessage }),
    ...(threadId !== undefined && { threadId }),
  }
}
