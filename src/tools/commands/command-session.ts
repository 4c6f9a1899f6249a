import { clockMs } from '../../kernel/clock-ms.ts'
import type { CommandProgress, ThreadItemBody } from '../../plugin-api/index.ts'
import { createBoundedOutput } from '../../sandbox/bounded-output.ts'
import type { CommandExit, StartedCommand } from '../../sandbox/start-command.ts'
import { createStreamRedactor } from '../context/redact-stream.ts'
import type { OutputSpool } from '../output-files.ts'
import { shellJoin } from './shell-join.ts'

/** A command of a thread that goes on between calls. It is read all the time, so that it never waits for the model. */
export interface Session {
  readonly id: number
  /** What can be typed to it; absent without a terminal. */
  readonly write?: (text: string) => void
  /** Ends it. */
  interrupt(): void
  /** Waits until it ends, at most `ms`; `show` gets the text as it comes. @throws CodexError `sandbox.failed`: it did not run; the abort reason */
  wait(ms: number, show: (text: string) => void, signal: AbortSignal): Promise<CommandProgress>
  /** How it is shown by now: with all its output where it ended by itself, else with what nobody has waited for yet. */
  item(): ThreadItemBody
  readonly hasEnded: boolean
  /** True where it printed what nobody has waited for yet. */
  readonly hasUnread: boolean
  /** Resolves when it has ended, however that was. */
  readonly ended: Promise<void>
  /** Resolves when it has ended and all that it held is given back. */
  readonly closed: Promise<void>
}

export interface SessionParts {
  readonly id: number
  readonly argv: readonly string[]
  readonly command: StartedCommand
  readonly spool: OutputSpool
  redact(text: string): string
  /** Told once how it ended; an error where it did not run, or was interrupted. */
  onEnd(ending: CommandExit | { readonly error: unknown }): Promise<void>
}

/** Of what is printed between two calls. */
const maxProgressBytes = 1024 * 1024
/** A program that has been silent for so long is taken to have said what it had to say. */
const quietMs = 50

/** Reads a command from its start to its end. */
export function openSession(parts: SessionParts): Session {
  const { command, spool, redact } = parts
  const closed = Promise.withResolvers<void>()
  const redactor = createStreamRedactor(redact)
  let unread = createBoundedOutput(maxProgressBytes)
  let unreadBytes = 0
  let lastTextMs = 0
  let listener: ((text: string) => void) | undefined
  let ending: CommandExit | { readonly error: unknown } | undefined

  const take = (text: string): void => {
    if (text === '') return
    const bytes = Buffer.from(text)
    unread.append(bytes)
    unreadBytes += bytes.length
    spool.append(text)
    listener?.(text)
  }
  const read = async (): Promise<CommandExit | { readonly error: unknown }> => {
    try {
      for (let text = await command.next(); text !== undefined; text = await command.next()) {
        lastTextMs = clockMs()
        take(redactor.push(text))
      }
      take(redactor.flush())
      return await command.exit()
    } catch (error) {
      return { error }
    }
  }
  const ended = read().then(async (result) => {
    ending = result
    // What it held is given back behind the answer, which need not wait for it.
    closed.resolve(command.close())
    spool.close()
    await parts.onEnd(result)
  })
  // Whoever waits for either is told; if nobody does, the thread's end waits.
  ended.catch(closed.reject)
  closed.promise.catch(() => {})

  return {
    id: parts.id,
    ...(command.write && { write: command.write }),
    interrupt: () => command.interrupt(),
    get hasEnded() {
      return ending !== undefined
    },
    get hasUnread() {
      return unreadBytes > 0
    },
    ended,
    closed: closed.promise,
    async wait(ms, show, signal) {
      const startedMs = clockMs()
      const between = unread.text()
      if (between !== '') show(between)
      listener = show
      try {
        await endOr(ended, ms, signal)
        while (!ending && redactor.holds() && clockMs() - lastTextMs < quietMs) await endOr(ended, quietMs, signal)
        if (!ending) take(redactor.flush())
      } finally {
        listener = undefined
      }
      if (ending && 'error' in ending) throw ending.error
      const progress = { output: unread.text(), outputBytes: unreadBytes, ...spool.file() }
      unread = createBoundedOutput(maxProgressBytes)
      unreadBytes = 0
      const waitedMs = clockMs() - startedMs
      if (!ending) return { ...progress, waitedMs }
      const { output: _, ...exit } = ending
      return { ...progress, waitedMs, exit }
    },
    item() {
      const exit = ending && 'exitCode' in ending ? ending : undefined
      const isGood = exit?.exitCode === 0 && !exit.timedOut
      return {
        type: 'command_execution',
        command: redact(shellJoin(parts.argv)),
        aggregated_output: exit ? redact(withLimit(exit)) : unread.text(),
        exit_code: exit?.exitCode ?? null,
        status: ending === undefined ? 'in_progress' : isGood ? 'completed' : 'failed',
      }
    },
  }
}

/** The output, and what ended it. */
function withLimit({ output, limit }: CommandExit): string {
  if (limit === undefined) return output
  return `${output}${output === '' || output.endsWith('\n') ? '' : '\n'}${limit}\n`
}

/** Resolves at the end, or when the time is over. @throws the abort reason; what `ended` throws */
async function endOr(ended: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const over = Promise.withResolvers<void>()
  const timer = setTimeout(over.resolve, ms)
  signal.addEventListener('abort', () => over.reject(signal.reason), { once: true })
  try {
    await Promise.race([ended, over.promise])
  } finally {
    clearTimeout(timer)
  }
}
