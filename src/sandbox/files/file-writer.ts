import { CodexError } from '../../plugin-api/errors.ts'
import type { Permissions } from '../../plugin-api/permissions.ts'
import type { SandboxBackend } from '../../plugin-api/sandbox.ts'
import type { Places } from '../../security/places.ts'
import type { ThreadSupplies } from '../thread-supplies.ts'
import type { ConfinedWriter } from './confined-writer.ts'
import type { FileWrite } from './file-transaction.ts'

/** Writes the files of a turn. Whoever made it closes it. */
export interface FileWriter {
  /** Begins to make what the first write needs, while it is still being decided whether it may be made. */
  prepare(permissions: Permissions): void
  /**
   * Makes all changes or none; what the gate has allowed is not asked again. Once it has begun, an abort waits for its end.
   * @throws CodexError `tool.failed` at a symbolic link; `sandbox.*`; the `node:fs` error; the abort reason
   */
  write(files: readonly FileWrite[], may: MayWrite, signal: AbortSignal): Promise<void>
  /** When all that was begun is over. What is kept for the next turn goes on. */
  close(): Promise<void>
}

/** What the sandbox is to allow. */
export interface MayWrite {
  /** The ceiling: what it allows without asking may be written by every call. */
  readonly permissions: Permissions
  /** Real paths that a person has agreed to besides. */
  readonly agreed: readonly string[]
}

export interface FileWriterDeps {
  /** Where files are written: `none` is this process, which only a profile may say. */
  sandbox(): Promise<SandboxBackend | 'none' | 'unavailable'>
  /** True where nothing is written without a sandbox. */
  readonly isSandboxRequired: boolean
  readonly places: Places
  readonly protection: 'on' | 'lifted'
  /** Of the thread, which closes them. */
  readonly supplies: Pick<ThreadSupplies, 'confinedWriter' | 'endWriter'>
}

/** Writes in a process inside the sandbox, started at the first write, or in this one where the profile has no sandbox. */
export function createFileWriter(deps: FileWriterDeps): FileWriter {
  const { places, protection } = deps
  let preparing: Promise<void> | undefined
  let used: ConfinedWriter | undefined
  const confined = async (): Promise<ConfinedWriter> => {
    used = await deps.supplies.confinedWriter()
    return used
  }
  return {
    prepare(permissions) {
      const begin = async (): Promise<void> => {
        const backend = await deps.sandbox()
        if (typeof backend === 'object') (await confined()).prepare({ backend, permissions, places, protection })
      }
      // Who writes is told what is wrong.
      preparing ??= begin().catch(() => undefined)
    },
    async write(files, may, signal) {
      const backend = await deps.sandbox()
      signal.throwIfAborted()
      if (typeof backend === 'object')
        return await (await confined()).write(files, { ...may, backend, places, protection }, signal)
      if (backend === 'unavailable' && deps.isSandboxRequired) {
        throw new CodexError('sandbox.unavailable', 'No sandbox backend works here, so no file is written', {
          hint: 'See codex doctor.',
        })
      }
      // Of an earlier turn, which was held to something else.
      await deps.supplies.endWriter()
      const { writeDirectly } = await import('./write-directly.ts')
      writeDirectly(files, signal)
    },
    async close() {
      await preparing
      await used?.settled()
    },
  }
}
