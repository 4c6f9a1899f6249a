import { isCodexError } from '../../plugin-api/errors.ts'
import type { Finding, ThreadEvent, TurnError, Usage } from '../../plugin-api/index.ts'
import type { TaskResult } from '../../plugin-api/run.ts'

/** Without a model, and without the key of one, an agent that has no playbook can do nothing. */
const needsModel: ReadonlySet<string> = new Set(['provider.unconfigured', 'provider.credential'])

/**
 * Reads the thread of a task to its end, and says what came of it. Hands every event on.
 *
 * @param before what the thread found in earlier turns of the same attempt
 */
export async function* runTaskThread(
  thread: AsyncIterable<ThreadEvent>,
  before: readonly Finding[] = [],
): AsyncGenerator<ThreadEvent, TaskResult> {
  const findings = [...before]
  let usage: Usage | undefined
  let threadId: string | undefined
  let engine: string | undefined
  let text: string | undefined
  let error: TurnError | undefined = { message: 'the thread ended before its turn did' }
  try {
    for await (const event of thread) {
      if (event.type === 'thread.started') threadId = event.thread_id
      if (event.type === 'turn.context') engine = engineOf(event.context)
      if (event.type === 'usage') usage = event.total
      if (event.type === 'item.completed' && event.item.type === 'finding') findings.push(event.item.finding)
      if (event.type === 'turn.completed') {
        error = undefined
        usage = event.usage
        text = event.last_agent_message ?? ''
      }
      if (event.type === 'turn.failed') error = event.error
      if (event.type === 'turn.interrupted') error = { message: event.reason, code: 'interrupted' }
      yield event
    }
  } catch (cause) {
    error = {
      message: cause instanceof Error ? cause.message : String(cause),
      ...(isCodexError(cause) && { code: cause.code }),
      ...(isCodexError(cause) && cause.hint !== undefined && { hint: cause.hint }),
    }
  }
  const facts = { findings, ...(usage && { usage }), ...(threadId && { threadId }), ...(engine && { engine }) }
  return resultOf(facts, error === undefined ? { text: text ?? '' } : { error })
}

/** What came of an attempt whose turn ended so. */
export function resultOf(
  facts: Pick<TaskResult, 'findings' | 'usage' | 'threadId' | 'engine'>,
  end: { readonly text: string } | { readonly error: TurnError },
): TaskResult {
  if ('text' in end) return { ...facts, status: 'done', text: end.text }
  const { error } = end
  if (!needsModel.has(error.code ?? '')) return { ...facts, status: 'failed', error }
  return { ...facts, status: 'blocked', error: { ...error, message: `needs a model: ${error.message}` } }
}

/** Who answered, as results say it. */
export function engineOf({
  model,
  model_provider,
}: {
  readonly model: string
  readonly model_provider: string
}): string {
  return model_provider === 'playbook' ? 'playbook' : `${model_provider}/${model}`
}
