import { grouped } from '../../plugin-api/grouped.ts'
import type { Finding, ThreadEvent } from '../../plugin-api/index.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'
import { type Colours, colours } from '../colours.ts'
import { unnamedFindings } from '../findings-text.ts'
import { loadMarkdown } from '../markdown/lex-markdown.ts'
import { type MarkdownStream, openMarkdownStream } from '../markdown/markdown-stream.ts'
import { bannerText, openTranscript } from '../transcript.ts'
import type { Span } from '../wrap-spans.ts'
import { type Activity, openActivity, tailRows } from './activity.ts'
import type { LiveScreen } from './live-screen.ts'

export interface LiveOptions {
  /** stderr's terminal. */
  readonly screen: LiveScreen
  /** stdout, where it is not the same terminal: the result alone. Absent: what was shown live is the result. */
  readonly out?: (text: string) => void
  readonly colour: boolean
  readonly prompt: string
  /** The banner of `codex exec`; absent for shorter runs. */
  readonly banner?: { readonly version: string }
  /** Whether messages are Markdown; not those that an output schema describes. */
  readonly isMarkdown: boolean
  /** Whether the thread can be shown again later. */
  readonly isKept: boolean
  /** A clock, in milliseconds. */
  readonly nowMs: () => number
  /** Calls back again and again until the result is called. */
  readonly every: (intervalMs: number, act: () => void) => () => void
}

/** How often the live rows are drawn: a spinner that turns, text that comes in. */
const frameMs = 80
/** Drawing takes at most this part of the time, however long a block is. */
const maxShare = 0.2

/**
 * Shows a thread on a terminal as it happens: what is finished is printed for good and never touched again; below it stand the unfinished
 * end of a message or the last lines of a running command, dimmed, and a row that says what is going on.
 */
export async function* renderLive(
  events: AsyncIterable<ThreadEvent>,
  options: LiveOptions,
): AsyncGenerator<ThreadEvent> {
  const { screen } = options
  const paint = colours(options.colour)
  const lex = options.isMarkdown ? await loadMarkdown() : undefined
  const transcript = openTranscript({ ...options, paint, ...(options.banner && { toldPrompt: options.prompt }) })
  const message = openMessage(screen, lex && (() => openMarkdownStream(lex, paint)))
  const activity = openActivity(options.nowMs)
  const findings: Finding[] = []
  let threadId = ''
  let tick = 0
  let notBeforeMs = 0
  const draw = () => {
    tick += 1
    const beganMs = options.nowMs()
    if (beganMs < notBeforeMs) return
    message.settle()
    screen.show(liveRows({ message, activity, tick, screen, paint }))
    notBeforeMs = beganMs + (options.nowMs() - beganMs) / maxShare
  }
  const stop = options.every(frameMs, draw)
  try {
    for await (const event of events) {
      activity.note(event)
      if (event.type === 'thread.started') threadId = event.thread_id
      if (event.type === 'turn.context' && options.banner) {
        screen.print(paint.dim(bannerText(options.banner.version, event.context, threadId, options.prompt)))
      }
      if (event.type === 'item.completed' && event.item.type === 'finding') findings.push(event.item.finding)
      if (event.type === 'item.delta' && !activity.isWork(event.item_id)) message.push(event.item_id, event.delta)
      if (event.type === 'item.completed' && event.item.type === 'agent_message')
        message.complete(event.item.id, event.item.text)
      const text = transcript.textOf(event)
      if (text || endsMessage(event)) message.breakOff()
      if (text) screen.print(text)
      if (event.type === 'turn.completed') {
        const said = event.last_agent_message ?? ''
        if (said !== '') options.out?.(`${terminalText(said).replace(/\n$/, '')}\n`)
        const unnamed = unnamedFindings(findings, said, options.out ? colours(false) : paint)
        for (const line of unnamed) (options.out ?? screen.print)(`${line}\n`)
        const used = event.usage.input_tokens + event.usage.output_tokens
        if (used > 0) screen.print(paint.dim(`tokens used: ${grouped(used)}`))
      }
      yield event
    }
  } finally {
    stop()
    screen.close()
  }
}

const endsMessage = ({ type }: ThreadEvent): boolean =>
  type === 'turn.completed' || type === 'turn.failed' || type === 'turn.interrupted'

/** The message that comes in. */
interface Message {
  push(id: string, delta: string): void
  /** Prints what is complete of it. */
  settle(): void
  /** It is all there. */
  complete(id: string, text: string): void
  /** It will not go on: what is there of it is printed as it is. */
  breakOff(): void
  readonly rest: string
}

function openMessage(screen: LiveScreen, openStream: (() => MarkdownStream) | undefined): Message {
  const open = openStream ?? (() => rawStream())
  let stream: MarkdownStream | undefined
  let streamedId = ''
  let streamed = ''
  let hasPrinted = false
  const print = (lines: readonly string[]) => {
    if (lines.length === 0) return
    // A message stands apart from what was done before it.
    screen.print(`${hasPrinted ? '' : '\n'}${lines.join('\n')}\n`)
    hasPrinted = true
  }
  const end = () => {
    if (stream) print(stream.end(screen.columns))
    if (hasPrinted) screen.print('\n')
    stream = undefined
    streamed = ''
    hasPrinted = false
  }
  return {
    push(id, delta) {
      if (stream && id !== streamedId) end()
      stream ??= open()
      streamedId = id
      streamed += delta
      stream.push(delta)
    },
    settle() {
      if (stream) print(stream.settle(screen.columns))
    },
    complete(id, text) {
      if (stream && id !== streamedId) end()
      stream ??= open()
      // What a provider does not stream comes whole.
      if (text.startsWith(streamed)) stream.push(text.slice(streamed.length))
      end()
    },
    breakOff: end,
    get rest() {
      return stream?.rest ?? ''
    },
  }
}

/** Text that is no Markdown: line by line as it is. */
function rawStream(): MarkdownStream {
  let rest = ''
  const lines = (end: number): readonly string[] => {
    const whole = terminalText(rest.slice(0, end)).replace(/\n$/, '')
    rest = rest.slice(end)
    return end === 0 ? [] : whole.split('\n')
  }
  return {
    push(text) {
      rest += text
    },
    settle: () => lines(rest.lastIndexOf('\n') + 1),
    get rest() {
      return rest
    },
    end: () => lines(rest.length),
  }
}

interface LiveState {
  readonly message: Pick<Message, 'rest'>
  readonly activity: Activity
  readonly tick: number
  readonly screen: LiveScreen
  readonly paint: Colours
}

/** What is unfinished, and what goes on. */
function liveRows({ message, activity, tick, screen, paint }: LiveState): readonly Span[] {
  const room = screen.maxRows - 1
  const cells = Math.max(1, screen.columns - 3)
  const tail = message.rest === '' ? activity.outputRows(room, cells) : tailRows(message.rest, room, cells)
  return [
    ...tail.map((text) => ({ text: `  ${text}`, paint: paint.dim })),
    { text: activity.line(tick), paint: paint.cyan },
  ]
}
