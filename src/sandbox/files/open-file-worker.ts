import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { CodexError, type ErrorCode } from '../../plugin-api/errors.ts'
import type { SandboxBackend, SandboxPolicy, WrappedCommand } from '../../plugin-api/sandbox.ts'
import type { CommandSupplies } from '../command-supplies.ts'
import { keepEnd } from '../keep-end.ts'
import { spawnAlone } from '../spawn-alone.ts'
import type { FileIdentity } from './pinned-directory.ts'
import { readReplies } from './read-replies.ts'
import {
  type BegunWrites,
  encodeMessage,
  type GuardedPlaces,
  type ReportedError,
  type WorkerReply,
  type WorkerRequest,
} from './worker-messages.ts'

/** A process inside the sandbox that writes files. It takes one request at a time, and keeps this program from ending only while it has one. */
export interface FileWorker {
  /** False once it has ended, however that came. */
  readonly isAlive: boolean
  /**
   * Writes all files or none. `told.staged` gets what was written aside, before anything is put in place, and what waits for it is put in
   * place when it returns; `told.placed` is called when all is.
   * @throws what the worker reports; CodexError `sandbox.failed`, `tool.failed` where it ended or was not understood
   */
  apply(
    request: Omit<Extract<WorkerRequest, { type: 'apply' }>, 'type'>,
    contents: readonly Uint8Array[],
    told: { staged(written: readonly (FileIdentity | null)[]): void; placed(): void },
  ): Promise<void>
  /** Undoes what another worker had begun, or clears away behind it. */
  recover(begun: BegunWrites): Promise<void>
  /** Ends it. */
  end(): Promise<void>
}

export interface FileWorkerHow {
  readonly backend: SandboxBackend
  readonly policy: SandboxPolicy
  /** Absent: nothing is protected by its name. */
  readonly guarded?: GuardedPlaces
  readonly supplies: Pick<CommandSupplies, 'inherited' | 'mark'>
}

/** Longer than any sandbox and Node take to start. */
const startMs = 5000

/** Its pipes are sockets, as far as Node is concerned. */
type Child = ChildProcessByStdio<Socket, Socket, Socket>

/** The worker's program, beside this file in the source, and at one place in the build. */
export function fileWorkerProgram(here: string = import.meta.url): string {
  if (here.endsWith('.ts')) return fileURLToPath(new URL('file-worker.ts', here))
  return fileURLToPath(new URL(here.includes('/dist/chunks/') ? '../file-worker.cjs' : 'file-worker.cjs', here))
}

/**
 * Starts one. It ends with its input, so at the latest with this process; nothing that it writes is in the middle then, unless this
 * process was killed. @throws CodexError `sandbox.failed`
 */
export async function openFileWorker({ backend, policy, guarded, supplies }: FileWorkerHow): Promise<FileWorker> {
  const wrapped = await backend.wrap({ argv: [process.execPath, fileWorkerProgram()], env: {} }, policy)
  const mark = supplies.mark('CODEX_COMMAND_ID')
  let child: Child
  try {
    child = startChild({ ...wrapped, env: { ...wrapped.env, ...mark.env } }, supplies.inherited())
  } catch (cause) {
    await wrapped.cleanup()
    throw cause
  }
  const errors = keepEnd(child.stderr)
  // What is written to a worker that has ended is told by its end.
  child.stdin.on('error', () => undefined)
  const closed = once(child, 'close').catch((cause: unknown) => {
    throw notStarted(cause)
  })
  let isAlive = true
  // Sooner than `close`, which waits for whoever else has its pipes.
  child.once('exit', () => {
    isAlive = false
  })
  const ended = closed.then(
    async ([code, signal]) => {
      isAlive = false
      return await endingOf(wrapped, errors(), signal ?? `exit code ${code}`)
    },
    (error: CodexError) => {
      isAlive = false
      return error
    },
  )
  const released = ended.then(wrapped.cleanup)
  // Who ends it is told what could not be given back.
  released.catch(() => undefined)
  const replies = readReplies(child.stdout)
  const nextReply = async (): Promise<WorkerReply> => {
    const reply = await replies.next()
    if (reply === undefined) throw await ended
    if (reply === 'unreadable') {
      throw await misunderstood('an answer that cannot be read')
    }
    if (reply.type === 'failed') throw errorOf(reply.error)
    return reply
  }
  /** Nobody knows what it has done and will do: it is ended before anything else happens. */
  const misunderstood = async (what: string): Promise<CodexError> => {
    child.kill('SIGKILL')
    await ended
    return new CodexError('tool.failed', `The process that writes files gave ${what}`, {
      hint: 'Try again: another one is started.',
    })
  }
  const send = (message: WorkerRequest): void => void child.stdin.write(encodeMessage(message))
  const handles = [child, child.stdin, child.stdout, child.stderr] as const
  const whileWaitedFor = async <T>(act: () => Promise<T>): Promise<T> => {
    for (const handle of handles) handle.ref()
    try {
      return await act()
    } finally {
      for (const handle of handles) handle.unref()
    }
  }

  for (const handle of handles) handle.unref()
  send({ type: 'setup', ...(guarded && { guarded }) })
  return {
    get isAlive() {
      return isAlive
    },
    apply: (request, contents, told) =>
      whileWaitedFor(async () => {
        send({ type: 'apply', ...request })
        for (const content of contents) child.stdin.write(content)
        const first = await nextReply()
        if (first.type !== 'staged' || first.written.length !== request.files.length)
          throw await misunderstood('an answer to something else')
        try {
          told.staged(first.written)
        } catch (error) {
          if (request.waits) send({ type: 'abandon' })
          await replies.next()
          throw error
        }
        if (request.waits) send({ type: 'commit' })
        if ((await nextReply()).type !== 'placed') throw await misunderstood('an answer to something else')
        told.placed()
        if ((await nextReply()).type !== 'done') throw await misunderstood('an answer to something else')
      }),
    recover: (begun) =>
      whileWaitedFor(async () => {
        send({ type: 'recover', ...begun })
        if ((await nextReply()).type !== 'done') throw await misunderstood('an answer to something else')
      }),
    end: () =>
      whileWaitedFor(async () => {
        // It ends with its input. Not killed: a sandbox that is being set up does not yet end with its first process, and one that is
        // leaves processes behind that nobody waits for.
        child.stdin.destroy()
        const late = setTimeout(mark.end, startMs)
        try {
          await released
        } finally {
          clearTimeout(late)
        }
      }),
  }
}

function startChild(wrapped: WrappedCommand, inherited: readonly number[]): Child {
  const options = { cwd: wrapped.cwd ?? '/', env: wrapped.env, detached: true }
  // The first three are pipes.
  return spawnAlone(wrapped.argv, options, { standard: ['pipe', 'pipe', 'pipe'], fds: wrapped.fds, inherited }) as Child
}

async function endingOf(wrapped: WrappedCommand, text: string, how: string): Promise<CodexError> {
  const said = text.trim().split('\n').at(-1)
  if (await wrapped.hasFailed?.()) {
    const { reason, fix } = (await wrapped.explainFailure?.()) ?? {
      reason: said || how,
      fix: 'codex doctor says what the sandbox needs.',
    }
    return new CodexError('sandbox.failed', `The sandbox that files are written in could not be set up: ${reason}`, {
      hint: `Nothing was written. ${fix}`,
    })
  }
  return new CodexError('tool.failed', `The process that writes files ended (${how})${said ? `: ${said}` : ''}`, {
    hint: 'Try again: another one is started.',
  })
}

function notStarted(cause: unknown): CodexError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new CodexError('sandbox.failed', `The process that writes files could not be started: ${reason}`, { cause })
}

/** The error as it was inside: what reads its code does not know that it has crossed. */
function errorOf({ isCodexError, code, message, hint, path }: ReportedError): Error {
  // Of the worker, which is of the same build.
  if (isCodexError) return new CodexError(code as ErrorCode, message, { ...(hint !== undefined && { hint }) })
  return Object.assign(new Error(message), { ...(code && { code }), ...(path !== undefined && { path }) })
}
