import { lstatSync } from 'node:fs'
import type { Permissions } from '../../plugin-api/permissions.ts'
import type { SandboxBackend, SandboxPolicy } from '../../plugin-api/sandbox.ts'
import type { Places } from '../../security/places.ts'
import { buildWriterPolicy } from '../../security/writer-policy.ts'
import { type FileWorker, type FileWorkerHow, openFileWorker } from './open-file-worker.ts'
import { identityOf } from './pinned-directory.ts'

/** What a turn's writes are held to. */
export interface WriterConfinement {
  readonly backend: SandboxBackend
  /** The ceiling: what it allows without asking may be written by every call. */
  readonly permissions: Permissions
  readonly places: Places
  readonly protection: 'on' | 'lifted'
}

/** Real paths outside of the directories that may be written anyway. */
export interface Openings {
  /** For this call. */
  readonly needed: readonly string[]
  /** All that may be open meanwhile. */
  readonly allowed: readonly string[]
}

/** The worker of a thread, from its first write until the thread is closed. Its functions are called one after the other. */
export interface KeptWorker {
  /** The one that runs, or is being started. */
  current(): Promise<FileWorker | undefined>
  /** The one that runs where it holds to this, with these openings and none that is allowed no longer; another one in its place where not. */
  heldTo(confinement: WriterConfinement, openings: Openings): Promise<FileWorker>
  /** The same before a first call, of which it is not known yet what it opens. */
  ready(confinement: WriterConfinement): Promise<void>
  end(): Promise<void>
}

/** The worker that runs, and what it may write. */
interface Running extends FileWorkerHeld {
  readonly worker: FileWorker
  readonly confinement: WriterConfinement
  /** What was opened besides. */
  readonly opened: readonly string[]
  /** Its writable directories as they were when it was started. */
  readonly directories: string
}

type FileWorkerHeld = Pick<FileWorkerHow, 'backend' | 'policy' | 'guarded'>

export function createKeptWorker(supplies: FileWorkerHow['supplies']): KeptWorker {
  let running: Promise<Running> | undefined
  const current = async (): Promise<Running | undefined> => await running?.catch(() => undefined)

  async function start(confinement: WriterConfinement, opened: readonly string[]): Promise<Running> {
    const held = await heldOf(confinement, opened)
    const worker = await openFileWorker({ ...held, supplies })
    return { ...held, worker, confinement, opened, directories: identitiesOf(held.policy.writable) }
  }

  /** False for one that has to make room for another. What a turn says is compared once: the next one may say the same in other objects. */
  async function holdsTo(known: Running, confinement: WriterConfinement): Promise<boolean> {
    if (!known.worker.isAlive || known.directories !== identitiesOf(known.policy.writable)) return false
    if (known.confinement.permissions === confinement.permissions) return true
    if (textOf(known) !== textOf(await heldOf(confinement, known.opened))) return false
    if (known.backend !== confinement.backend) return false
    running = Promise.resolve({ ...known, confinement })
    return true
  }

  async function replace(
    known: Running | undefined,
    confinement: WriterConfinement,
    opened: readonly string[],
  ): Promise<FileWorker> {
    await known?.worker.end()
    running = start(confinement, opened)
    return (await running).worker
  }

  return {
    current: async () => (await current())?.worker,
    async heldTo(confinement, { needed, allowed }) {
      const known = await current()
      const kept = known?.opened.filter((path) => allowed.includes(path)) ?? []
      const isOpen = known?.opened.length === kept.length && needed.every((path) => kept.includes(path))
      if (known && isOpen && (await holdsTo(known, confinement))) return known.worker
      return await replace(known, confinement, [...new Set([...kept, ...needed])].sort())
    },
    async ready(confinement) {
      const known = await current()
      if (known === undefined || !(await holdsTo(known, confinement))) await replace(known, confinement, [])
    },
    async end() {
      const known = await current()
      running = undefined
      await known?.worker.end()
    },
  }
}

async function heldOf(
  { backend, permissions, places, protection }: WriterConfinement,
  opened: readonly string[],
): Promise<FileWorkerHeld> {
  const policy = await buildWriterPolicy({ permissions, opened, places, protection })
  return { backend, policy, ...(protection === 'on' && { guarded: places }) }
}

function textOf({ policy, guarded }: FileWorkerHeld): string {
  return JSON.stringify([policy, guarded])
}

function identitiesOf(directories: SandboxPolicy['writable']): string {
  return JSON.stringify(
    directories.map((directory) => {
      const found = lstatSync(directory, { bigint: true, throwIfNoEntry: false })
      return found && identityOf(found)
    }),
  )
}
