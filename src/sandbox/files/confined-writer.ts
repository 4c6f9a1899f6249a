import { randomUUID } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { CodexError, isCodexError } from '../../plugin-api/errors.ts'
import type { Permissions } from '../../plugin-api/permissions.ts'
import { isAtOrBelow } from '../../security/permissions/path-pattern.ts'
import { type WritableRoots, writableRoots } from '../../security/writer-policy.ts'
import { fileErrorCode } from './file-error.ts'
import type { FileWrite } from './file-transaction.ts'
import { createKeptWorker, type Openings, type WriterConfinement } from './kept-worker.ts'
import { giveOwners, lostOwners } from './lost-owners.ts'
import type { FileWorkerHow } from './open-file-worker.ts'
import { type FileIdentity, identityOf } from './pinned-directory.ts'
import type { BegunWrites, RequestedWrite, SeenDirectory } from './worker-messages.ts'

/** Writes through a process inside the sandbox. One for a thread: what each of its turns may write is said with each write. */
export interface ConfinedWriter {
  /** Begins to start the process. */
  prepare(confinement: WriterConfinement): void
  /** As `FileWriter.write`. */
  write(files: readonly FileWrite[], may: MayWriteConfined, signal: AbortSignal): Promise<void>
  /** When all that was begun is over. */
  settled(): Promise<void>
  /** Ends the process; the next write starts another one. */
  end(): Promise<void>
}

export interface MayWriteConfined extends WriterConfinement {
  /** Real paths that a person has agreed to besides. */
  readonly agreed: readonly string[]
}

export function createConfinedWriter(supplies: FileWorkerHow['supplies']): ConfinedWriter {
  const kept = createKeptWorker(supplies)
  /** One after the other: a worker takes one request at a time. */
  let last: Promise<unknown> = Promise.resolve()
  const behindOthers = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act)
    last = turn.catch(() => undefined)
    return turn
  }

  let roots: { readonly permissions: Permissions; readonly found: WritableRoots } | undefined
  const rootsOf = (permissions: Permissions): WritableRoots => {
    if (roots?.permissions !== permissions) roots = { permissions, found: writableRoots(permissions) }
    return roots.found
  }

  async function write(files: readonly FileWrite[], may: MayWriteConfined, signal: AbortSignal): Promise<void> {
    const opened = openedFor(files, may.agreed, rootsOf(may.permissions))
    const known = await kept.current()
    const places = placesOf(files)
    try {
      return await attempt(files, opened, may, signal)
    } catch (error) {
      // What is mounted may have changed since the worker was started: another one sees it as it is. Not what changes all the time.
      const isStale = known?.isAlive === true && isOtherInside(error) && places === placesOf(files)
      if (!isStale) throw refusal(error)
    }
    await kept.end()
    try {
      await attempt(files, opened, may, signal)
    } catch (error) {
      throw refusal(error)
    }
  }

  async function attempt(
    files: readonly FileWrite[],
    opened: Openings,
    confinement: WriterConfinement,
    signal: AbortSignal,
  ): Promise<void> {
    const worker = await kept.heldTo(confinement, opened)
    signal.throwIfAborted()
    const id = randomUUID()
    const contents = files.map(({ content }) => (typeof content === 'string' ? Buffer.from(content) : content))
    const requested = files.map((file, index) => requestedWrite(file, contents[index]))
    const owners = lostOwners(files)
    let written: readonly (FileIdentity | null)[] = files.map(() => null)
    let isPlaced = false
    try {
      await worker.apply(
        { id, files: requested, waits: owners.length > 0 },
        contents.filter((content) => content !== undefined),
        {
          staged(all) {
            written = all
            giveOwners(owners, id, all)
          },
          placed() {
            isPlaced = true
          },
        },
      )
    } catch (error) {
      if (worker.isAlive) throw error
      const writes = { id, isPlaced, files: begun(files, written), made: missingDirectories(requested) }
      await recover(writes, opened, confinement, error)
      if (!isPlaced) throw error
    }
  }

  /** Nothing stays half done: another worker, with the same permissions, undoes what the one that ended had begun, or clears away behind it. */
  async function recover(
    writes: BegunWrites,
    opened: Openings,
    confinement: WriterConfinement,
    why: unknown,
  ): Promise<void> {
    try {
      const worker = await kept.heldTo(confinement, opened)
      await worker.recover(writes)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new CodexError(
        'tool.failed',
        `${messageOf(why)}; what it had begun could not be ${writes.isPlaced ? 'cleared away' : 'undone'}: ${reason}`,
        {
          hint: `Look at ${writes.files.map(({ realPath }) => realPath).join(', ')}, and at .codex-${writes.id}-* beside them.`,
          cause: why,
        },
      )
    }
  }

  return {
    prepare(confinement) {
      const isNeeded = rootsOf(confinement.permissions).directories.length > 0
      // Who writes is told what is wrong. One that ran for what may be written no longer is of no use.
      behindOthers(() => (isNeeded ? kept.ready(confinement) : kept.end())).catch(() => undefined)
    },
    write: (files, may, signal) => behindOthers(() => write(files, may, signal)),
    settled: () => behindOthers(async () => undefined),
    end: () => behindOthers(() => kept.end()),
  }
}

/** What a person agreed to, and what the permissions name and is no directory (yet). */
function openedFor(
  files: readonly FileWrite[],
  agreed: readonly string[],
  { directories, others }: WritableRoots,
): Openings {
  const allowed = [...new Set([...agreed, ...others])]
  const outside = files.filter(({ realPath }) => !directories.some((directory) => isAtOrBelow(realPath, directory)))
  return { allowed, needed: allowed.filter((each) => outside.some(({ realPath }) => isAtOrBelow(realPath, each))) }
}

function requestedWrite(
  { path, realPath, change, mode, executable, link }: FileWrite,
  content: Uint8Array | undefined,
): RequestedWrite {
  return {
    ...{ path, realPath, change, within: nearestDirectory(dirname(realPath)) },
    ...(content && { sizeBytes: content.length }),
    ...(mode !== undefined && { mode }),
    ...(executable !== undefined && { executable }),
    ...(link !== undefined && { link }),
  }
}

/** No link is followed: what stands at a real path is no link, or is one by now, which the worker refuses. */
function nearestDirectory(path: string): SeenDirectory {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return found ? { path, ...identityOf(found) } : nearestDirectory(dirname(path))
}

function begun(files: readonly FileWrite[], written: readonly (FileIdentity | null)[]): BegunWrites['files'] {
  return files.map(({ realPath }, index) => ({ realPath, written: written[index] ?? null }))
}

function missingDirectories(requested: readonly RequestedWrite[]): readonly string[] {
  const missing = requested.flatMap(({ realPath, within, sizeBytes }) => {
    const paths: string[] = []
    if (sizeBytes === undefined) return paths
    for (let path = dirname(realPath); path !== within.path; path = dirname(path)) paths.push(path)
    return paths
  })
  return [...new Set(missing)].sort((a, b) => a.length - b.length)
}

function placesOf(files: readonly FileWrite[]): string {
  return JSON.stringify(files.map(({ realPath }) => nearestDirectory(dirname(realPath))))
}

function isOtherInside(error: unknown): boolean {
  return isCodexError(error) && error.code === 'sandbox.failed'
}

/** What the gate allowed and the sandbox does not is a mistake of one of the two: nothing is written, and that is said. */
function refusal(error: unknown): unknown {
  if (fileErrorCode(error) !== 'EROFS') return error
  const path = error instanceof Error && 'path' in error ? String(error.path) : 'the path'
  return new CodexError('sandbox.failed', `The sandbox does not let ${path} be written: ${messageOf(error)}`, {
    hint: 'Nothing was written. Write where the profile allows it, or mount what is read-only for writing.',
    cause: error,
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
