import { randomUUID } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { CodexError, isCodexError } from '../../plugin-api/errors.ts'
import type { Permissions } from '../../plugin-api/permissions.ts'
import type { SandboxBackend, SandboxPolicy } from '../../plugin-api/sandbox.ts'
import { isAtOrBelow } from '../../security/permissions/path-pattern.ts'
import { buildWriterPolicy, type WritableRoots, writableRoots } from '../../security/writer-policy.ts'
import { fileErrorCode } from './file-error.ts'
import type { FileWrite } from './file-transaction.ts'
import type { FileWriter, FileWriterDeps, MayWrite } from './file-writer.ts'
import { giveOwners, lostOwners } from './lost-owners.ts'
import { type FileWorker, openFileWorker } from './open-file-worker.ts'
import { type FileIdentity, identityOf } from './pinned-directory.ts'
import type { BegunWrites, RequestedWrite, SeenDirectory } from './worker-messages.ts'

/** The worker that runs, and what it may write. */
interface Running {
  readonly worker: FileWorker
  readonly policy: SandboxPolicy
  readonly permissions: Permissions
  /** What was opened besides them. */
  readonly opened: readonly string[]
  /** Its writable directories as they were when it was started. */
  readonly places: string
}

/** Real paths outside of the directories that may be written anyway. */
interface Openings {
  /** For this call. */
  readonly needed: readonly string[]
  /** All that may be open meanwhile. */
  readonly allowed: readonly string[]
}

/** Writes through a process inside the sandbox, which is started when it is needed, and anew when what it may write has changed. */
export function createConfinedWriter(backend: SandboxBackend, deps: FileWriterDeps): FileWriter {
  let roots: { readonly permissions: Permissions; readonly found: WritableRoots } | undefined
  let running: Promise<Running> | undefined
  /** One after the other: a worker takes one request at a time. */
  let last: Promise<unknown> = Promise.resolve()

  const rootsOf = (permissions: Permissions): WritableRoots => {
    if (roots?.permissions !== permissions) roots = { permissions, found: writableRoots(permissions) }
    return roots.found
  }

  async function start(permissions: Permissions, opened: readonly string[]): Promise<Running> {
    const { places, protection } = deps
    const policy = await buildWriterPolicy({ permissions, opened, places, protection })
    const guarded = protection === 'on' ? { guarded: places } : {}
    const worker = await openFileWorker({ backend, policy, ...guarded, supplies: deps.supplies })
    return { worker, policy, permissions, opened, places: identitiesOf(policy.writable) }
  }

  /** The worker for these openings: the one that runs, if it has them and none that is allowed no longer. */
  async function workerFor(permissions: Permissions, { needed, allowed }: Openings): Promise<Running> {
    const known = await running?.catch(() => undefined)
    const kept = known?.opened.filter((path) => allowed.includes(path)) ?? []
    if (
      known?.worker.isAlive &&
      known.permissions === permissions &&
      kept.length === known.opened.length &&
      needed.every((path) => known.opened.includes(path)) &&
      known.places === identitiesOf(known.policy.writable)
    )
      return known
    await known?.worker.end()
    running = start(permissions, [...new Set([...kept, ...needed])].sort())
    return await running
  }

  async function write(
    files: readonly FileWrite[],
    { permissions, agreed }: MayWrite,
    signal: AbortSignal,
  ): Promise<void> {
    const opened = openedFor(files, agreed, rootsOf(permissions))
    const known = await running?.catch(() => undefined)
    const places = placesOf(files)
    try {
      return await attempt(files, opened, permissions, signal)
    } catch (error) {
      // What is mounted may have changed since the worker was started: another one sees it as it is. Not what changes all the time.
      const isStale = known?.worker.isAlive === true && isOtherInside(error) && places === placesOf(files)
      if (!isStale) throw refusal(error)
    }
    await stop()
    try {
      await attempt(files, opened, permissions, signal)
    } catch (error) {
      throw refusal(error)
    }
  }

  async function attempt(
    files: readonly FileWrite[],
    opened: Openings,
    permissions: Permissions,
    signal: AbortSignal,
  ): Promise<void> {
    const { worker } = await workerFor(permissions, opened)
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
      await recover(writes, opened, permissions, error)
      if (!isPlaced) throw error
    }
  }

  /** Nothing stays half done: another worker, with the same permissions, undoes what the one that ended had begun, or clears away behind it. */
  async function recover(writes: BegunWrites, opened: Openings, permissions: Permissions, why: unknown): Promise<void> {
    try {
      const { worker } = await workerFor(permissions, opened)
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

  async function stop(): Promise<void> {
    const known = await running?.catch(() => undefined)
    running = undefined
    await known?.worker.end()
  }

  return {
    prepare(permissions) {
      const { directories } = rootsOf(permissions)
      if (running !== undefined || directories.length === 0) return
      running = start(permissions, [])
      running.catch(() => undefined)
    },
    write(files, may, signal) {
      const turn = last.then(() => write(files, may, signal))
      last = turn.catch(() => undefined)
      return turn
    },
    async close() {
      await last
      await stop()
    },
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

function identitiesOf(directories: readonly string[]): string {
  return JSON.stringify(
    directories.map((directory) => {
      const found = lstatSync(directory, { bigint: true, throwIfNoEntry: false })
      return found && identityOf(found)
    }),
  )
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
