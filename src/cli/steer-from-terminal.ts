import { type CodexError, isCodexError } from '../plugin-api/errors.ts'
import type { ThreadEvent } from '../plugin-api/events.ts'
import type { RunningThread } from '../plugin-api/running-thread.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { writeErr } from './process-deps.ts'
import { hasTerminalInput, readTerminalLines } from './read-terminal-lines.ts'
import type { SharedTerminal } from './share-terminal.ts'

const queueWord = '/queue '

/**
 * Hands a running thread on. A line that a person types meanwhile is added to its turn; `/queue TEXT`, `/name` and `@agent` wait for a turn of
 * their own, as does a line that the turn does not take. Where nobody can type, nothing is read.
 */
export async function* steerFromTerminal(thread: RunningThread, terminal: SharedTerminal): AsyncGenerator<ThreadEvent> {
  if (!hasTerminalInput()) return yield* thread
  const early: string[] = []
  let isRunning = false
  const say = (text: string) => terminal.say(() => writeErr(`${terminalText(text)}\n`))
  const add = (line: string) => {
    try {
      say(sent(line, thread))
    } catch (error) {
      if (!isCodexError(error)) throw error
      say(`${error.message}. ${error.hint ?? ''}`)
    }
  }
  const lines = readTerminalLines((line) => void (isRunning ? add(line) : early.push(line)), writeErr)
  terminal.attachReader(lines)
  try {
    for await (const event of thread) {
      if (event.type === 'turn.started') {
        isRunning = true
        for (const line of early.splice(0)) add(line)
      }
      yield event
    }
  } finally {
    lines.close()
    for (const line of [...early, ...thread.queued]) say(`Not sent: ${line}`)
  }
}

/** Gives a line to the thread, and says what becomes of it. @throws CodexError `thread.*` */
function sent(line: string, thread: RunningThread): string {
  if (line.startsWith(queueWord)) return queued(line.slice(queueWord.length).trim(), thread)
  if (/^[/@]/.test(line)) return queued(line, thread)
  try {
    thread.steer({ text: line })
    return 'Added: it goes with the next request.'
  } catch (error) {
    if (!isNotSteerable(error)) throw error
    return `${error.message}. ${queued(line, thread)}`
  }
}

function queued(text: string, thread: RunningThread): string {
  thread.queue({ text })
  return 'Queued: it is sent when this turn is over.'
}

function isNotSteerable(error: unknown): error is CodexError {
  return isCodexError(error) && error.code === 'thread.not_steerable'
}
