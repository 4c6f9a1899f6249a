import type { HistoryItem, ThreadEvent, TurnContext } from '../plugin-api/index.ts'
import { terminalLine, terminalText } from '../plugin-api/terminal-text.ts'
import type { Colours } from './colours.ts'
import { commandLine } from './command-text.ts'
import type { ItemStyle } from './item-style.ts'
import { itemText } from './item-text.ts'
import { patchedFiles } from './patch-text.ts'

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
}

/** As much of an id as tells its thread from others (see shortId). */
const shownIdLength = 13

type ItemEvent = Extract<ThreadEvent, { readonly type: 'item.started' | 'item.updated' | 'item.completed' }>

/** Tells a thread in the order of its events; what has a beginning and an end is told once, at its end. */
export function openTranscript({ paint, isKept, nowMs }: TranscriptOptions): Transcript {
  let style: ItemStyle = { paint, isFolded: true }
  const startedMs = new Map<string, number>()
  /** Commands that have begun and not ended. */
  const running = new Map<string, string>()
  /** Patches of calls that have no result yet, in order. */
  const patches: { readonly callId: string; readonly patch: string }[] = []
  let plan = ''

  const patchFor = (paths: readonly string[]): string | undefined => {
    const found = patches.findIndex(({ patch }) => isOf(patch, paths))
    return found === -1 ? undefined : patches.splice(found, 1)[0]?.patch
  }
  const said = (event: ItemEvent): string | undefined => {
    const { item } = event
    const began = startedMs.get(item.id)
    startedMs.delete(item.id)
    running.delete(item.id)
    return itemText(item, style, {
      ...(began !== undefined && { durationMs: nowMs() - began }),
      ...(item.type === 'file_change' && asFact(patchFor(item.changes.map(({ path }) => path)))),
    })
  }
  const planText = (event: ItemEvent): string | undefined => {
    const text = itemText(event.item, style)
    if (text === undefined || text === plan) return undefined
    plan = text
    return text
  }

  return {
    textOf(event) {
      switch (event.type) {
        case 'thread.started':
          if (isKept) style = { ...style, rest: `codex threads show ${event.thread_id.slice(0, shownIdLength)}` }
          return undefined
        case 'response_item':
          keepPatch(event.item, patches)
          return undefined
        case 'item.started':
        case 'item.updated':
          if (event.item.type === 'todo_list') return planText(event)
          if (!startedMs.has(event.item.id)) startedMs.set(event.item.id, nowMs())
          if (event.item.type === 'command_execution') running.set(event.item.id, event.item.command)
          return undefined
        case 'item.completed':
          return event.item.type === 'todo_list' ? planText(event) : said(event)
        case 'error':
          return `${paint.red('error:')} ${terminalText(event.message)}`
        case 'call.failed':
          return `${paint.red('failed')} ${terminalLine(event.tool)}: ${terminalText(event.message)}`
        case 'turn.completed':
        case 'turn.failed':
        case 'turn.interrupted': {
          const left = [...running.values()].map(
            (command) => `${commandLine(command, style)}  ${paint.yellow('was ended with the turn')}`,
          )
          running.clear()
          return [...left, ...endText(event, style)].join('\n') || undefined
        }
        default:
          return undefined
      }
    },
  }
}

const asFact = (patch: string | undefined) => patch !== undefined && { patch }

function endText(event: ThreadEvent, { paint }: ItemStyle): readonly string[] {
  if (event.type === 'turn.interrupted') return [paint.yellow('interrupted')]
  if (event.type === 'turn.failed' && event.error.hint)
    return [`${paint.yellow('hint:')} ${terminalText(event.error.hint)}`]
  return []
}

/** Keeps the patch of a call until its result, and forgets it then: it changed nothing. */
function keepPatch(item: HistoryItem, patches: { readonly callId: string; readonly patch: string }[]): void {
  if (item.type === 'custom_tool_call') {
    if (item.input.includes('*** Begin Patch')) patches.push({ callId: item.call_id, patch: item.input })
  } else if (item.type === 'function_call') {
    const patch = item.arguments.includes('*** Begin Patch') ? patchIn(item.arguments) : undefined
    if (patch !== undefined) patches.push({ callId: item.call_id, patch })
  } else if (item.type === 'function_call_output' || item.type === 'custom_tool_call_output') {
    const index = patches.findIndex(({ callId }) => callId === item.call_id)
    if (index !== -1) patches.splice(index, 1)
  }
}

/** The argument that holds a patch, of JSON that a model wrote. */
function patchIn(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const given = typeof value === 'object' && value !== null ? Object.values(value).flat() : []
    return given.find((each): each is string => typeof each === 'string' && each.includes('*** Begin Patch'))
  } catch {
    return undefined
  }
}

/** Whether a patch names these files, which are absolute here and mostly relative there. */
function isOf(patch: string, paths: readonly string[]): boolean {
  const files = patchedFiles(patch)
  const isSame = (path: string, named: string) => path === named || path.endsWith(`/${named.replace(/^(?:\.\/)+/, '')}`)
  return (
    files.length > 0 && files.every((file) => file.path.includes('..') || paths.some((path) => isSame(path, file.path)))
  )
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
