import { CodexError } from '../plugin-api/errors.ts'
import type { SandboxBackend, SandboxPolicy, WrappedCommand } from '../plugin-api/sandbox.ts'
import type { ExecEvent } from '../plugin-api/tool.ts'
import { type BoundedOutput, createBoundedOutput } from './bounded-output.ts'
import { type CommandEnding, createCommandEnding } from './command-ending.ts'
import type { CommandSupplies } from './command-supplies.ts'
import type { OutputPipe } from './output-pipe.ts'
import { createOutputQueue } from './output-queue.ts'
import { startProcess } from './start-process.ts'

export interface CommandRequest {
  readonly argv: readonly string[]
  /** Absolute. In a sandbox the policy's `cwd` counts. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Text to read. Absent: nothing. */
  readonly stdin?: string
  readonly timeoutMs: number
  /** Of the output in the `exit` event; `output` events carry all of it. */
  readonly maxOutputBytes: number
}

/** Both, or neither: then the command runs directly, which only a profile may say. */
export interface CommandConfinement {
  readonly backend?: SandboxBackend
  readonly policy?: SandboxPolicy
}

/** Exit code of a command that ran out of time, as timeout(1) says. */
const timedOutExitCode = 124
/** A longer timer would fire at once. */
const maxTimerMs = 2 ** 31 - 1

/**
 * Runs one command: `started`, then `output` as it comes (stdout and stderr in order of arrival), then one `exit`. When
 * the command ends, runs out of time, is aborted or no longer listened to, all its processes end with it.
 * @throws CodexError `sandbox.failed`: it did not run; the abort reason, once its processes have been ended
 */
export async function* runCommand(
  request: CommandRequest,
  how: CommandConfinement,
  supplies: Pick<CommandSupplies, 'pipe' | 'inherited'>,
  signal: AbortSignal,
): AsyncGenerator<ExecEvent, void, undefined> {
  signal.throwIfAborted()
  const startedMs = performance.now()
  const { pipe, wrapped } = await prepare(request, how, supplies)
  const isConfined = how.backend !== undefined
  const done = new AbortController()
  let ending: CommandEnding | undefined
  try {
    signal.throwIfAborted()
    const output = createBoundedOutput(request.maxOutputBytes)
    const queue = createOutputQueue(pipe.read(), output.append)
    const process = await startProcess({
      ...wrapped,
      cwd: isConfined ? '/' : request.cwd,
      stdin: request.stdin,
      outputFd: pipe.writeFd,
      inherited: supplies.inherited(),
    })
    pipe.closeWriteFd()
    ending = createCommandEnding(process, isConfined)
    signal.addEventListener('abort', ending.interrupt, { signal: done.signal })
    if (signal.aborted) ending.interrupt()
    let timedOut = false
    const timer = setTimeout(
      () => {
        timedOut = ending?.timeOut() ?? false
      },
      Math.min(request.timeoutMs, maxTimerMs),
    )
    done.signal.addEventListener('abort', () => clearTimeout(timer))
    const drained = process.exited.then(queue.drain)

    yield { type: 'started', argv: request.argv }
    for (let text = await queue.next(); text !== undefined; text = await queue.next()) yield { type: 'output', text }
    await drained
    await ending.finished()
    signal.throwIfAborted()
    if (!timedOut) await assertConfined(wrapped, output)
    yield {
      type: 'exit',
      exitCode: timedOut ? timedOutExitCode : await process.exited,
      timedOut,
      durationMs: Math.round(performance.now() - startedMs),
      output: output.text(),
    }
  } finally {
    ending?.interrupt()
    await ending?.finished()
    done.abort()
    pipe.close()
    await wrapped.cleanup()
  }
}

/** The pipe and what to start. Whichever of the two fails, the other is given back. */
async function prepare(
  request: CommandRequest,
  how: CommandConfinement,
  supplies: Pick<CommandSupplies, 'pipe'>,
): Promise<{ pipe: OutputPipe; wrapped: WrappedCommand }> {
  const [opened, wrapping] = await Promise.allSettled([supplies.pipe(), wrap(request, how)])
  if (opened.status === 'fulfilled' && wrapping.status === 'fulfilled') {
    return { pipe: opened.value, wrapped: wrapping.value }
  }
  if (opened.status === 'fulfilled') opened.value.close()
  if (wrapping.status === 'fulfilled') await wrapping.value.cleanup()
  throw opened.status === 'rejected' ? opened.reason : wrapping.status === 'rejected' ? wrapping.reason : undefined
}

async function wrap(request: CommandRequest, how: CommandConfinement): Promise<WrappedCommand> {
  const [program, ...args] = request.argv
  if (program === undefined)
    throw new CodexError('sandbox.failed', 'The command is empty: there is no program to start.')
  if (how.backend && how.policy) return how.backend.wrap({ argv: [program, ...args], env: request.env }, how.policy)
  if (how.backend || how.policy) {
    throw new CodexError(
      'sandbox.failed',
      'A sandbox backend and a sandbox policy go together; one of them is missing.',
    )
  }
  return { argv: [program, ...args], env: request.env, fds: {}, cleanup: async () => {} }
}

/** What a sandbox that was never set up says on the pipe is no output of the command. */
async function assertConfined(wrapped: WrappedCommand, output: BoundedOutput): Promise<void> {
  if (!(await wrapped.hasFailed?.())) return
  throw new CodexError('sandbox.failed', `The sandbox could not be set up: ${output.text().trim()}`, {
    hint: 'The command did not run. codex doctor says what the sandbox needs.',
  })
}
