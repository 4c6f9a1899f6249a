import type { ThreadEvent, ThreadItem, TurnContext } from '../plugin-api/index.ts'
import { terminalLine, terminalText } from '../plugin-api/terminal-text.ts'
import type { Colours } from './colours.ts'
import { commandLine } from './command-text.ts'
import { openItemFacts } from './item-facts.ts'
import type { ItemStyle } from './item-style.ts'
import { itemText } from './item-text.ts'

/** A running thread as text for a person, event by event. Messages are left to the reader, which shows them in its own way. */
export interface Transcript {
  /** What is to be said now, without the last newline; undefined where nothing is. */
  textOf(event: ThreadEvent): string | undefined
}

export interface TranscriptOptions {
  readonly paint: Colours
  /** Whether the thread can be shown again later. */
  readonly isKept: boolean
  /** A clock, in milliseconds. */
  readonly nowMs: () => number
  /** What a banner above the transcript has told as the prompt; absent: there is none. */
  readonly toldPrompt?: string
}

/** Tells a thread in the order of its events; what has a beginning and an end is told once, at its end. */
export function openTranscript(options: TranscriptOptions): Transcript {
  const { paint } = options
  const facts = openItemFacts(options)
  /** Commands that have begun and not ended. */
  const running = new Map<string, string>()
  let plan = ''
  const style = (): ItemStyle => ({ paint, ...facts.style })
  const planText = (item: ThreadItem): string | undefined => {
    const text = itemText(item, style())
    if (text === undefined || text === plan) return undefined
    plan = text
    return text
  }

  return {
    textOf(event) {
      facts.note(event)
      switch (event.type) {
        case 'item.started':
        case 'item.updated':
          if (event.item.type === 'todo_list') return planText(event.item)
          if (event.item.type === 'command_execution') running.set(event.item.id, event.item.command)
          return undefined
        case 'item.completed':
          if (event.item.type === 'todo_list') return planText(event.item)
          running.delete(event.item.id)
          if (isTold(event.item, options.toldPrompt)) return undefined
          return itemText(event.item, style(), facts.of(event.item))
        case 'error':
          return `${paint.red('error:')} ${terminalText(event.message)}`
        case 'call.failed':
          return `${paint.red('failed')} ${terminalLine(event.tool)}: ${terminalText(event.message)}`
        case 'turn.completed':
        case 'turn.failed':
        case 'turn.interrupted': {
          const left = [...running.values()].map(
            (command) => `${commandLine(command, options)}  ${paint.yellow('was ended with the turn')}`,
          )
          running.clear()
          return [...left, ...endText(event, options)].join('\n') || undefined
        }
        default:
          return undefined
      }
    },
  }
}

/** A command that the program carries out is an item of its turn, and stands in the banner too. */
function isTold(item: ThreadItem, toldPrompt: string | undefined): boolean {
  return item.type === 'user_message' && item.way === 'command' && item.text.trim() === toldPrompt?.trim()
}

function endText(event: ThreadEvent, { paint }: Pick<ItemStyle, 'paint'>): readonly string[] {
  if (event.type === 'turn.interrupted') return [paint.yellow('interrupted')]
  if (event.type !== 'turn.failed') return []
  const { hint, code } = event.error
  return [
    ...(hint ? [`${paint.yellow('hint:')} ${terminalText(hint)}`] : []),
    ...(code ? [`code: ${terminalLine(code)}`] : []),
  ]
}

/** The settings of a turn over its transcript, in the words and the order of Codex. */
export function bannerText(version: string, context: TurnContext, threadId: string, prompt: string): string {
  const rows = [
    `codex-kernel v${version}`,
    '--------',
    `workdir: ${context.cwd}`,
    `model: ${context.model}`,
    `provider: ${context.model_provider}`,
    `approval: ${context.approval_policy}`,
    `sandbox: ${context.security_profile}`,
    ...(context.agent ? [`agent: ${context.agent}`] : []),
    `session id: ${threadId}`,
    '--------',
    'user',
    prompt,
  ]
  return rows.map(terminalText).join('\n')
}
