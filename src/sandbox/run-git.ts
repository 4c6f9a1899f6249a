import type { Readable } from 'node:stream'
import { untilAborted } from '../kernel/until-aborted.ts'
import { sendSignal } from './send-signal.ts'
import { startChild } from './start-child.ts'

export interface GitRun {
  /** With the program. */
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** What it reads. Absent: nothing. */
  readonly stdin?: string | Uint8Array | undefined
  /** Of its output: at more it is ended. Absent: all of it. */
  readonly maxBytes?: number
  /** What ends it: at SIGTERM it takes its locks away. */
  readonly endsBy: 'SIGKILL' | 'SIGTERM'
}

export interface GitOutput {
  readonly exitCode: number
  readonly stdout: Buffer
  /** True where there was more than `maxBytes`. */
  readonly truncated: boolean
  /** The beginning of what it said on stderr. */
  readonly problem: string
}

const maxProblemBytes = 500

/** Runs git. @throws Error of `node:child_process` where it does not start; the abort reason */
export async function runGit(run: GitRun, signal: AbortSignal): Promise<GitOutput> {
  signal.throwIfAborted()
  const { argv, cwd, env, stdin, endsBy } = run
  const child = startChild({ argv, cwd, env, standard: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
  child.stdin?.on('error', () => undefined) // git may end before it has read all: its code says why
  if (stdin !== undefined) child.stdin?.end(stdin)
  let hasEnded = false
  const end = (): void => {
    child.pid.then(
      (pid) => hasEnded || sendSignal(pid, endsBy),
      () => undefined, // told below
    )
  }
  const ended = async (): Promise<GitOutput> => {
    const output = readUpTo(child.stdout, run.maxBytes ?? Number.POSITIVE_INFINITY, end)
    const problem = readUpTo(child.stderr, maxProblemBytes)
    await child.pid
    const exitCode = await child.exited
    hasEnded = true
    const { bytes: stdout, truncated } = await output
    return { exitCode, stdout, truncated, problem: (await problem).bytes.toString('utf8') }
  }
  signal.addEventListener('abort', end)
  try {
    return await untilAborted(ended(), signal)
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** Reads a stream to its end, and keeps as much of its beginning; calls `more` once there is more. */
async function readUpTo(
  stream: Readable | undefined,
  maxBytes: number,
  more?: () => void,
): Promise<{ readonly bytes: Buffer; readonly truncated: boolean }> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  let truncated = false
  for await (const chunk of stream ?? []) {
    if (truncated) continue
    truncated = sizeBytes + chunk.length > maxBytes
    chunks.push(truncated ? chunk.subarray(0, maxBytes - sizeBytes) : chunk)
    sizeBytes += chunk.length
    if (truncated) more?.()
  }
  return { bytes: Buffer.concat(chunks), truncated }
}
