import { grouped } from '../plugin-api/grouped.ts'
import type { Finding, ThreadEvent } from '../plugin-api/index.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { colours } from './colours.ts'
import { unnamedFindings } from './findings-text.ts'
import { bannerText, openTranscript } from './transcript.ts'

export interface HumanOptions {
  /** stdout: the result alone. */
  readonly out: (text: string) => void
  /** stderr: everything else. */
  readonly err: (text: string) => void
  readonly colour: { readonly out: boolean; readonly err: boolean }
  /** The banner of `codex exec`; absent for shorter runs. */
  readonly banner?: { readonly version: string }
  readonly prompt: string
  /** Shows the result. */
  readonly resultText: (text: string) => string
  /** Whether the thread can be shown again later. */
  readonly isKept: boolean
  /** A clock, in milliseconds. */
  readonly nowMs: () => number
}

/**
 * Shows a thread to a person where output is not a terminal, or is to be plain: the transcript on stderr as it happens, the last agent
 * message on stdout at the end. Text of models, files and commands cannot drive the terminal.
 */
export async function* renderHuman(
  events: AsyncIterable<ThreadEvent>,
  options: HumanOptions,
): AsyncGenerator<ThreadEvent> {
  const paint = colours(options.colour.err)
  const outPaint = colours(options.colour.out)
  let threadId = ''
  const transcript = openTranscript({ ...options, paint, ...(options.banner && { toldPrompt: options.prompt }) })
  const findings: Finding[] = []
  // The last message is the result, which is known at the end alone: each is held until something follows it.
  let held: string | undefined
  for await (const event of events) {
    if (event.type === 'thread.started') threadId = event.thread_id
    if (event.type === 'turn.context' && options.banner) {
      options.err(`${bannerText(options.banner.version, event.context, threadId, options.prompt)}\n`)
    }
    if (event.type === 'item.completed' && event.item.type === 'finding') findings.push(event.item.finding)
    if (held !== undefined && followsMessage(event)) {
      options.err(`${terminalText(held)}\n`)
      held = undefined
    }
    if (event.type === 'item.completed' && event.item.type === 'agent_message') held = event.item.text
    const text = transcript.textOf(event)
    if (text) options.err(`${text}\n`)
    if (event.type === 'turn.completed') {
      const used = event.usage.input_tokens + event.usage.output_tokens
      if (used > 0) options.err(`${paint.dim('tokens used')}\n${grouped(used)}\n`)
      const message = event.last_agent_message ?? ''
      if (message !== '') options.out(`${options.resultText(message).replace(/\n$/, '')}\n`)
      for (const line of unnamedFindings(findings, message, outPaint)) options.out(`${line}\n`)
    }
    yield event
  }
}

/** What may stand behind the last message: a plan is completed there; budgets, notices and warnings, items of type `error`, are told. */
const behindTheLast: ReadonlySet<string> = new Set(['todo_list', 'budget_warning', 'notice', 'error'])

/** True where a message before this event was not the last. */
function followsMessage(event: ThreadEvent): boolean {
  if (event.type === 'item.completed') return !behindTheLast.has(event.item.type)
  return ['item.started', 'call.failed', 'error', 'turn.failed', 'turn.interrupted'].includes(event.type)
}
