import type { PermissionLayer } from './permissions.ts'

/** A place of its own for one attempt at a task: a copy of the workspace as it was when the attempt began. */
export interface Workplace {
  /** Root of the copy: absolute, real path. */
  readonly cwd: string
  /** Narrows the thread that works there to what the task may write. */
  readonly layer: PermissionLayer
  /**
   * Brings what was changed here into the workspace: all of it, or nothing where something is in conflict with what became of the workspace
   * meanwhile. It is one step for `codex undo`. @throws CodexError `permission.denied`, `tool.failed`; the abort reason
   */
  merge(signal: AbortSignal): Promise<WorkplaceMerge>
  /** Removes the copy. After a conflict it stays, and so does all that was written there. */
  discard(): Promise<void>
}

/** What came of bringing changes into the workspace. */
export type WorkplaceMerge =
  | {
      readonly status: 'merged'
      /** What it changed in the workspace, by path. Empty: there was nothing left to bring. */
      readonly files: readonly MergedFile[]
    }
  | {
      readonly status: 'conflict'
      /** By path; none of the files of the workspace was touched. */
      readonly conflicts: readonly MergeConflict[]
      /** Root of the copy, where the changes still are. */
      readonly kept: string
    }

/** A file of the workspace that a merge changed. */
export interface MergedFile {
  /** Relative to the root, with `/`. */
  readonly path: string
  /** What happened to it. */
  readonly change: 'create' | 'update' | 'delete'
}

/** A file that cannot be brought into the workspace without losing what somebody else wrote. */
export interface MergeConflict {
  /** Relative to the root, with `/`. */
  readonly path: string
  /** What is in conflict, for people. */
  readonly reason: string
  /** Tasks of the run that changed it before. Empty: a person or another program did, or nobody. */
  readonly tasks: readonly string[]
}
