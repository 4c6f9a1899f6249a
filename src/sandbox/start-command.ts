import { clockMs } from '../kernel/clock-ms.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { SandboxBackend, SandboxPolicy, WrappedCommand } from '../plugin-api/sandbox.ts'
import { type BoundedOutput, createBoundedOutput } from './bounded-output.ts'
import { createCommandEnding } from './command-ending.ts'
import type { CommandSupplies } from './command-supplies.ts'
import { limitReached } from './limit-reached.ts'
import type { Terminal } from './open-terminal.ts'
import type { OutputPipe } from './output-pipe.ts'
import { createOutputQueue } from './output-queue.ts'
import { type ResourceLimits, underLimits } from './resource-limits.ts'
import { startProcess } from './start-process.ts'

export interface CommandRequest {
  readonly argv: readonly string[]
  /** The same as people see it, where that is different. */
  readonly shownArgv?: readonly string[]
  /** Absolute. In a sandbox the policy's `cwd` counts. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Text to read. Absent: nothing. */
  readonly stdin?: string
  /** True: it runs on a terminal of its own, and reads what is written there. Absent: without one. */
  readonly tty?: boolean
  /** Text that the shell reads before the script, on the descriptor `stateFd`. Absent: none. */
  readonly stateText?: string
  /** Absent: it may take as long as it likes. */
  readonly timeoutMs?: number
  /** Absent: those of this process. */
  readonly limits?: ResourceLimits
  /** Of the output that `CommandExit` gives; `next` gives all of it. */
  readonly maxOutputBytes: number
}

/** Both, or neither: then the command runs directly, which only a profile may say. */
export interface CommandConfinement {
  readonly backend?: SandboxBackend
  readonly policy?: SandboxPolicy
}

export interface CommandExit {
  /** 128 + N where signal N ended it, as a shell says. */
  readonly exitCode: number
  readonly timedOut: boolean
  readonly durationMs: number
  /** Which limit ended it, as a sentence. Absent: none did. */
  readonly limit?: string
  /** stdout and stderr in order of arrival, cut in the middle. */
  readonly output: string
}

/** A command that runs. Whoever has it reads it to its end, or closes it. */
export interface StartedCommand {
  /** All text since the last call; waits for some; undefined when there will be none. */
  next(): Promise<string | undefined>
  /** Types text on its terminal. Absent: it has none. */
  readonly write?: (text: string) => void
  /** Ends it and all its processes, with 40 ms to end by itself. */
  interrupt(): void
  /** How it ended, once `next` has given undefined. @throws CodexError `sandbox.failed`: it did not run */
  exit(): Promise<CommandExit>
  /** Ends it if it runs, and releases what it held. */
  close(): Promise<void>
}

/** Exit code of a command that ran out of time, as timeout(1) says. */
const timedOutExitCode = 124
/** A longer timer would fire at once. */
const maxTimerMs = 2 ** 31 - 1

/** Starts one command; an abort interrupts it. @throws CodexError `sandbox.failed`; the abort reason */
export async function startCommand(
  request: CommandRequest,
  how: CommandConfinement,
  supplies: Pick<CommandSupplies, 'pipe' | 'terminal' | 'inherited' | 'mark' | 'guard'>,
  signal: AbortSignal,
): Promise<StartedCommand> {
  signal.throwIfAborted()
  const startedMs = clockMs()
  const { pipe, terminal, wrapped } = await prepare(request, how, supplies)
  const release = async (): Promise<void> => {
    pipe.close()
    await wrapped.cleanup()
  }
  try {
    signal.throwIfAborted()
    const output = createBoundedOutput(request.maxOutputBytes)
    const queue = createOutputQueue(pipe.read(), output.append)
    const isConfined = how.backend !== undefined
    const mark = supplies.mark('CODEX_COMMAND_ID')
    const endsTogether = isConfined && how.backend?.endsAll !== false
    const process = await startProcess({
      ...wrapped,
      env: { ...wrapped.env, ...mark.env },
      stateText: request.stateText,
      cwd: isConfined ? (wrapped.cwd ?? '/') : request.cwd,
      stdin: request.stdin,
      outputFd: pipe.writeFd,
      inherited: supplies.inherited(),
      ...(terminal && { isOnTerminal: true, leadsGroup: isConfined }),
    })
    pipe.closeWriteFd()
    const unguard = endsTogether ? undefined : supplies.guard(process.pid)
    const ending = createCommandEnding(process, mark, { endsTogether, endsStrays: isConfined && !endsTogether })
    const done = new AbortController()
    signal.addEventListener('abort', ending.interrupt, { signal: done.signal })
    if (signal.aborted) ending.interrupt()
    let timedOut = false
    const timer = setTimeout(
      () => {
        timedOut = ending.timeOut()
      },
      Math.min(request.timeoutMs ?? maxTimerMs, maxTimerMs),
    )
    done.signal.addEventListener('abort', () => clearTimeout(timer))
    const drained = process.exited.then(queue.drain)
    let closing: Promise<void> | undefined
    let conclusion: Promise<string | undefined> | undefined
    const concludeOnce = async (): Promise<string | undefined> => {
      await drained
      await ending.finished()
      const notes = await wrapped.conclude?.()
      if (notes === undefined) return undefined
      const text = `\n${notes}\n`
      output.append(Buffer.from(text))
      return text
    }
    const conclude = (): Promise<string | undefined> => {
      conclusion ??= concludeOnce()
      return conclusion
    }

    return {
      async next() {
        const text = await queue.next()
        return text === undefined && conclusion === undefined ? conclude() : text
      },
      ...(terminal && { write: terminal.write }),
      interrupt: ending.interrupt,
      async exit() {
        await conclude()
        const durationMs = Math.round(clockMs() - startedMs)
        if (!timedOut) await assertConfined(wrapped, output, signal)
        const exitCode = timedOut ? timedOutExitCode : await process.exited
        const limit = limitReached({ exitCode, timedOut }, request)
        return { exitCode, timedOut, durationMs, ...(limit !== undefined && { limit }), output: output.text() }
      },
      close() {
        closing ??= (async () => {
          ending.interrupt()
          await ending.finished()
          unguard?.()
          done.abort()
          await release()
        })()
        return closing
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}

/** The pipe and what to start. Whichever of the two fails, the other is given back. */
async function prepare(
  request: CommandRequest,
  how: CommandConfinement,
  supplies: Pick<CommandSupplies, 'pipe' | 'terminal'>,
): Promise<{ pipe: OutputPipe; terminal?: Terminal; wrapped: WrappedCommand }> {
  const terminal = request.tty ? supplies.terminal() : undefined
  const [opened, wrapping] = await Promise.allSettled([terminal ?? supplies.pipe(), wrap(request, how)])
  if (opened.status === 'fulfilled' && wrapping.status === 'fulfilled') {
    return { pipe: opened.value, wrapped: wrapping.value, ...(terminal && { terminal: await terminal }) }
  }
  if (opened.status === 'fulfilled') opened.value.close()
  if (wrapping.status === 'fulfilled') await wrapping.value.cleanup()
  throw opened.status === 'rejected' ? opened.reason : wrapping.status === 'rejected' ? wrapping.reason : undefined
}

async function wrap(request: CommandRequest, how: CommandConfinement): Promise<WrappedCommand> {
  const [program, ...args] = request.tty ? (await import('./open-terminal.ts')).onTerminal(request.argv) : request.argv
  if (program === undefined)
    throw new CodexError('sandbox.failed', 'The command is empty: there is no program to start.')
  const argv = underLimits([program, ...args], request.limits ?? {})
  if (how.backend && how.policy) return how.backend.wrap({ argv, env: request.env }, how.policy)
  if (how.backend || how.policy) {
    throw new CodexError(
      'sandbox.failed',
      'A sandbox backend and a sandbox policy go together; one of them is missing.',
    )
  }
  return { argv, env: request.env, fds: {}, cleanup: async () => {} }
}

/** What a sandbox that was never set up says on the pipe is no output of the command. */
async function assertConfined(wrapped: WrappedCommand, output: BoundedOutput, signal: AbortSignal): Promise<void> {
  if (!(await wrapped.hasFailed?.())) return
  signal.throwIfAborted()
  const { reason, fix } = (await wrapped.explainFailure?.()) ?? {
    reason: output.text().trim(),
    fix: 'codex doctor says what the sandbox needs.',
  }
  throw new CodexError('sandbox.failed', `The sandbox could not be set up: ${reason}`, {
    hint: `The command did not run. ${fix}`,
  })
}
