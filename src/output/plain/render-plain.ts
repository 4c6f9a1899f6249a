import { grouped } from '../../plugin-api/grouped.ts'
import type { Finding, ThreadEvent } from '../../plugin-api/index.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'
import { colours } from '../colours.ts'
import { shownCommand } from '../command-text.ts'
import { unnamedFindings } from '../findings-text.ts'
import { openItemFacts } from '../item-facts.ts'
import { labelled, labelledItem, secondsText } from './labelled-item.ts'

export interface PlainOptions {
  /** stdout: the result alone. */
  readonly out: (text: string) => void
  /** stderr: everything else. */
  readonly err: (text: string) => void
  /** Who reads stderr: a terminal of its own gets the result too; the one that stdout is, its label. */
  readonly reader: 'file' | 'terminal' | 'same terminal'
  readonly prompt: string
  /** The banner of `codex exec`; absent for shorter runs. */
  readonly banner?: { readonly version: string }
  /** Whether the thread can be shown again later. */
  readonly isKept: boolean
  /** A clock, in milliseconds. */
  readonly nowMs: () => number
  /** Calls back again and again until the result is called. Absent: nobody waits for news. */
  readonly every?: (intervalMs: number, act: () => void) => () => void
}

/** A person who sees nothing move is told so often that something still does. */
const newsMs = 30_000

/** Shows a thread in full lines that say by a word what they are: no symbols, nothing drawn anew, no colour. */
export async function* renderPlain(
  events: AsyncIterable<ThreadEvent>,
  options: PlainOptions,
): AsyncGenerator<ThreadEvent> {
  /** The command whose line was the last one. */
  let toldId = ''
  const say = (lines: readonly string[]) => {
    if (lines.length > 0) toldId = ''
    if (lines.length > 0) options.err(`${lines.join('\n')}\n`)
  }
  const facts = openItemFacts(options)
  const findings: Finding[] = []
  const doing = openDoing(options.nowMs)
  let held: string | undefined
  let plan = ''
  const stop = options.every?.(newsMs, () => say([`Status: ${doing.text()}`]))
  try {
    for await (const event of events) {
      facts.note(event)
      doing.note(event)
      if (held !== undefined && isSaidBefore(event)) {
        say([labelled('Assistant', held)])
        held = undefined
      }
      switch (event.type) {
        case 'turn.context':
          if (options.banner) say(beginning(event, options, facts.threadId))
          break
        case 'item.started':
        case 'item.updated':
        case 'item.completed': {
          const { item } = event
          if (item.type === 'todo_list') {
            const lines = labelledItem(item, facts.style)
            if (lines.join('\n') !== plan) say(lines)
            plan = lines.join('\n')
          } else if (event.type === 'item.started') {
            if (item.type === 'command_execution') {
              say([labelled('Command', shownCommand(item.command).trim())])
              toldId = item.id
            }
          } else if (event.type === 'item.completed') {
            if (item.type === 'agent_message') held = item.text
            else if (item.type === 'finding') findings.push(item.finding)
            else say(labelledItem(item, facts.style, facts.of(item)).slice(item.id === toldId ? 1 : 0))
          }
          break
        }
        case 'call.failed':
          say([labelled('Failed', `${event.tool}: ${event.message}`)])
          break
        case 'error':
          say([labelled('Error', event.message)])
          break
        case 'turn.failed':
          say([
            'Status: the turn failed.',
            ...(event.error.hint ? [labelled('Hint', event.error.hint)] : []),
            ...(event.error.code ? [labelled('Code', event.error.code)] : []),
          ])
          break
        case 'turn.interrupted':
          say(['Status: interrupted.'])
          break
        case 'turn.completed': {
          const message = event.last_agent_message ?? ''
          if (message !== '' && options.reader === 'terminal') say([labelled('Assistant', message)])
          if (message !== '' && options.reader === 'same terminal') say(['Assistant:'])
          if (message !== '') options.out(`${terminalText(message).replace(/\n$/, '')}\n`)
          for (const line of unnamedFindings(findings, message, colours(false))) options.out(`${line}\n`)
          const used = event.usage.input_tokens + event.usage.output_tokens
          say([`Status: done.${used > 0 ? ` ${grouped(used)} tokens used.` : ''}`])
          break
        }
      }
      yield event
    }
  } finally {
    stop?.()
  }
}

/** True where a message before this event was not the last; plans are completed behind it. */
function isSaidBefore(event: ThreadEvent): boolean {
  if (event.type === 'item.completed') return event.item.type !== 'todo_list'
  return ['item.started', 'call.failed', 'error', 'turn.failed', 'turn.interrupted'].includes(event.type)
}

function beginning(
  { context }: Extract<ThreadEvent, { type: 'turn.context' }>,
  { banner, prompt }: PlainOptions,
  threadId: string,
): readonly string[] {
  return [
    labelled('Program', `codex-kernel ${banner?.version ?? ''}`),
    labelled('Directory', context.cwd),
    labelled('Model', `${context.model} of ${context.model_provider}`),
    labelled('Approval', context.approval_policy),
    labelled('Sandbox', context.security_profile),
    ...(context.agent ? [labelled('Agent', context.agent)] : []),
    labelled('Session', threadId),
    labelled('You', prompt),
  ]
}

/** What goes on, in words. */
function openDoing(nowMs: () => number) {
  const running = new Map<string, string>()
  let sinceMs = nowMs()
  return {
    note(event: ThreadEvent): void {
      if (!('item' in event) || event.type === 'response_item') return
      if (event.type === 'item.completed') running.delete(event.item.id)
      else if (event.item.type === 'command_execution')
        running.set(event.item.id, shownCommand(event.item.command).trim())
      sinceMs = nowMs()
    },
    text(): string {
      const what = [...running.values()].at(-1)
      const time = secondsText(nowMs() - sinceMs)
      return what === undefined
        ? `still waiting for the model, ${time}.`
        : `still running, ${time}: ${terminalText(what)}`
    },
  }
}
