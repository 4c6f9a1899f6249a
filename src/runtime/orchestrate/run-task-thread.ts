import { isCodexError } from '../../plugin-api/errors.ts'
import type { Finding, ThreadEvent, TurnError, Usage } from '../../plugin-api/index.ts'
import type { TaskResult } from '../../plugin-api/run.ts'

/** Without a model, and without the key of one, an agent that has no playbook can do nothing. */
const needsModel: ReadonlySet<string> = new Set(['provider.unconfigured', 'provider.credential'])

/** Reads the thread of a task to its end, and says what came of it. Hands every event on. */
export async function* runTaskThread(thread: AsyncIterable<ThreadEvent>): AsyncGenerator<ThreadEvent, TaskResult> {
  const findings: Finding[] = []
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
  if (error === undefined) return { ...facts, status: 'done', text: text ?? '' }
  if (!needsModel.has(error.code ?? '')) return { ...facts, status: 'failed', error }
  return { ...facts, status: 'blocked', error: { ...error, message: `needs a model: ${error.message}` } }
}

function engineOf({ model, model_provider }: { readonly model: string; readonly model_provider: string }): string {
  return model_provider === 'playbook' ? 'playbook' : `${model_provider}/${model}`
}
