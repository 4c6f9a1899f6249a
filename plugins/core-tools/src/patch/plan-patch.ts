import { CodexError, type FileChange } from 'codex-kernel/plugin-api'
import { applyChunks } from './apply-chunks.ts'
import type { PatchOperation } from './parse-patch.ts'

/** The files that a patch is about. Paths are absolute. */
export interface PatchFiles {
  resolve(path: string): string
  /** Undefined where there is no such file. @throws CodexError `patch.invalid` for what is no text */
  read(path: string): Promise<string | undefined>
  exists(path: string): Promise<boolean>
  /** Permission bits. Undefined where there is no such file. */
  mode(path: string): Promise<number | undefined>
}

export interface PlannedPatch {
  /** What to do, each file once. */
  readonly changes: readonly FileChange[]
  /** For clients: absolute, sorted; a move is an update at the old path. */
  readonly shown: readonly ShownChange[]
  /** `A`, `M` or `D` and the path as the patch writes it: all A first, then M, then D. */
  readonly summary: readonly string[]
}

interface ShownChange {
  readonly path: string
  readonly kind: 'add' | 'delete' | 'update'
}

/** A file as the patch leaves it so far. */
interface PlannedFile {
  /** Undefined: gone. */
  readonly content: string | undefined
  /** Whether it is there before the patch; undefined while nobody needed to know. */
  readonly existed: boolean | undefined
  /** Permission bits of the file that was moved here; undefined: as for any file that is written. */
  readonly mode: number | undefined
}

/**
 * What the files are to become, worked out before anything is written. An operation sees what the ones before it made of
 * a file.
 *
 * @throws CodexError `patch.invalid`; what `files` throws
 */
export async function planPatch(operations: readonly PatchOperation[], files: PatchFiles): Promise<PlannedPatch> {
  if (operations.length === 0) throw new CodexError('patch.invalid', 'No files were modified.')
  const planned = new Map<string, PlannedFile>()
  const shown = new Map<string, ShownChange['kind']>()
  const summary = { A: new Set<string>(), M: new Set<string>(), D: new Set<string>() }

  const put = (path: string, content: string | undefined, existed?: boolean, mode?: number) => {
    const before = planned.get(path)
    const kept = content === undefined ? undefined : (mode ?? before?.mode)
    planned.set(path, { content, existed: before ? before.existed : existed, mode: kept })
  }

  const remove = async (path: string) => {
    const isThere = planned.has(path) ? planned.get(path)?.content !== undefined : await files.exists(path)
    if (!isThere) throw new CodexError('patch.invalid', `Failed to delete file ${path}`)
    put(path, undefined, true)
    shown.set(path, 'delete')
  }

  const update = async (operation: Extract<PatchOperation, { kind: 'update' }>, path: string) => {
    const before = planned.has(path) ? planned.get(path)?.content : await files.read(path)
    if (before === undefined) throw missingFile(path)
    const after = applyChunks(before, operation.chunks, path)
    const target = operation.movePath === undefined ? path : files.resolve(operation.movePath)
    if (target === path) put(path, after, true)
    else {
      const mode = planned.get(path)?.mode ?? (await files.mode(path))
      put(path, undefined, true)
      put(target, after, undefined, mode)
    }
    if (target !== path || shown.get(path) !== 'add') shown.set(path, 'update')
  }

  for (const operation of operations) {
    const path = files.resolve(operation.path)
    if (operation.kind === 'add') {
      put(path, operation.content)
      shown.set(path, 'add')
      summary.A.add(operation.path)
    } else if (operation.kind === 'delete') {
      await remove(path)
      summary.D.add(operation.path)
    } else {
      await update(operation, path)
      summary.M.add(operation.movePath ?? operation.path)
    }
  }
  return {
    changes: await changesOf(planned, files),
    shown: [...shown].map(([path, kind]) => ({ path, kind })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    summary: Object.entries(summary).flatMap(([mark, paths]) => [...paths].map((path) => `${mark} ${path}`)),
  }
}

async function changesOf(planned: ReadonlyMap<string, PlannedFile>, files: PatchFiles): Promise<readonly FileChange[]> {
  const changes: FileChange[] = []
  for (const [path, { content, existed, mode }] of planned) {
    if (content !== undefined)
      changes.push({ kind: existed ? 'update' : 'add', path, content, ...(mode !== undefined && { mode }) })
    // What the patch both made and removed was perhaps never there.
    else if (existed ?? (await files.exists(path))) changes.push({ kind: 'delete', path })
  }
  return changes
}

function missingFile(path: string): CodexError {
  return new CodexError(
    'patch.invalid',
    `Failed to read file to update ${path}: No such file or directory (os error 2)`,
  )
}
