/**
 * The program that writes files inside the sandbox of a thread: it reads requests (`worker-messages.ts`) from standard input, carries
 * them out one after the other, answers on standard output, and ends with its input. Started by `openFileWorker`.
 */
import { readSync, writeSync } from 'node:fs'
import { CodexError, isCodexError } from '../../plugin-api/errors.ts'
import { type ProtectedPaths, protectedPaths } from '../../security/protected-paths.ts'
import { fileErrorCode } from './file-error.ts'
import { openFileTransaction } from './file-transaction.ts'
import { isSameFile, pinDirectory } from './pinned-directory.ts'
import { recoverWrites } from './recover-writes.ts'
import {
  encodeMessage,
  jsonBytes,
  maxContentBytes,
  type ReportedError,
  type RequestedWrite,
  type WorkerReply,
  type WorkerRequest,
} from './worker-messages.ts'

const [inputFd, outputFd] = [0, 1]

/** What is read last: each use is over before the next, and a worker that has written a large file is not to keep many. */
const memory = { buffer: Buffer.allocUnsafeSlow(64 * 1024) }

serve()
// Sooner than by itself.
process.exit(0)

function serve(): void {
  let guarded: ProtectedPaths | undefined
  for (let request = nextRequest(); request !== undefined; request = nextRequest()) {
    if (request.type === 'setup') guarded = request.guarded && protectedPaths(request.guarded)
    else answer(request, guarded)
  }
}

function answer(request: Exclude<WorkerRequest, { type: 'setup' }>, guarded: ProtectedPaths | undefined): void {
  if (request.type !== 'apply' && request.type !== 'recover') throw new RangeError(`${request.type} was not waited for`)
  const contents = openContents(request.type === 'apply' ? request.files : [])
  try {
    if (request.type === 'recover') recoverWrites(request)
    else apply(request, contents, guarded)
    reply({ type: 'done' })
  } catch (error) {
    // What follows is the next request, also where this one fails.
    contents.skipRest()
    reply({ type: 'failed', error: reportOf(error) })
  }
}

function apply(
  { id, files, waits }: Extract<WorkerRequest, { type: 'apply' }>,
  contents: Contents,
  guarded: ProtectedPaths | undefined,
): void {
  for (const file of files) assertMayWrite(file, guarded)
  assertSeenAlike(files)
  const transaction = openFileTransaction(id)
  try {
    const written = files.map(
      (file) => transaction.stage({ mode: undefined, ...file, content: contents.next() }) ?? null,
    )
    reply({ type: 'staged', written })
    if (waits && nextRequest()?.type !== 'commit') throw new CodexError('interrupted', 'The writes were dropped')
    transaction.commit()
    reply({ type: 'placed' })
  } finally {
    transaction.close()
  }
}

/** By the same names as the gate, at the last moment: the mounts hold directories, and what is protected may be missing yet. */
function assertMayWrite({ realPath, change }: RequestedWrite, guarded: ProtectedPaths | undefined): void {
  const rule =
    guarded &&
    (guarded.floor(realPath, change === 'delete' ? 'delete' : 'write') ??
      guarded.secret(realPath) ??
      guarded.writeProtected(realPath))
  if (rule === undefined) return
  throw Object.assign(new Error(`EROFS: ${rule}`), { code: 'EROFS', path: realPath })
}

/** A directory that is the sandbox's own, or has been exchanged since the sandbox was made, would swallow what is written into it. */
function assertSeenAlike(files: readonly RequestedWrite[]): void {
  const seen = new Map(files.map(({ within }) => [within.path, within]))
  for (const within of seen.values()) {
    const directory = pinDirectory(within.path)
    try {
      if (isSameFile(directory.identity(), within)) continue
    } finally {
      directory.close()
    }
    throw new CodexError('sandbox.failed', `${within.path} is another directory inside the sandbox than outside of it`)
  }
}

/** Undefined at the end of the input. */
function nextRequest(): WorkerRequest | undefined {
  const head = readExactly(4, true)
  if (head === undefined) return undefined
  const json = readExactly(jsonBytes(head))
  return JSON.parse(new TextDecoder().decode(json)) as WorkerRequest // of the program that started this one, of the same build
}

/** The contents that follow a request, in the order of its files. */
interface Contents {
  /** Good until the next one is read; undefined for a file that goes. */
  next(): Uint8Array | undefined
  skipRest(): void
}

function openContents(files: readonly RequestedWrite[]): Contents {
  const waiting = files.map(({ sizeBytes }) => sizeBytes)
  if (waiting.some((bytes) => bytes !== undefined && !(bytes >= 0 && bytes <= maxContentBytes)))
    throw new RangeError('a file of that size cannot be')
  return {
    next() {
      const sizeBytes = waiting.shift()
      return sizeBytes === undefined ? undefined : readExactly(sizeBytes)
    },
    skipRest() {
      for (const sizeBytes of waiting.splice(0)) if (sizeBytes !== undefined) readExactly(sizeBytes)
    },
  }
}

function readExactly(length: number): Uint8Array
function readExactly(length: number, mayEnd: true): Uint8Array | undefined
function readExactly(length: number, mayEnd = false): Uint8Array | undefined {
  if (memory.buffer.length < length) memory.buffer = Buffer.allocUnsafeSlow(length)
  const bytes = memory.buffer.subarray(0, length)
  let filled = 0
  while (filled < length) {
    const count = readSync(inputFd, bytes, filled, length - filled, null)
    if (count > 0) filled += count
    else if (mayEnd && filled === 0) return undefined
    // The program ended in the middle of a request: nothing of it has been done.
    else process.exit(0)
  }
  return bytes
}

function reply(message: WorkerReply): void {
  const bytes = encodeMessage(message)
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(outputFd, bytes, sent)
}

function reportOf(error: unknown): ReportedError {
  if (isCodexError(error)) {
    return { isCodexError: true, code: error.code, message: error.message, ...(error.hint && { hint: error.hint }) }
  }
  const message = error instanceof Error ? error.message : String(error)
  const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined
  return { isCodexError: false, code: fileErrorCode(error) ?? '', message, ...(path !== undefined && { path }) }
}
