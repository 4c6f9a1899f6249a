import type { MergedFile } from './run.ts'

/** A place of its own for one attempt at a task: a copy of the workspace as it was when the attempt began. */
export interface Workplace {
  /** Root of the copy: absolute, real path. */
  readonly cwd: string
  /**
   * Brings what was changed here into the workspace: all of it, or nothing where something is in conflict with what became of the workspace
   * meanwhile. It is one step for `codex undo`. @throws CodexError `permission.denied`, `tool.failed`; the abort reason
   */
  merge(signal: AbortSignal): Promise<WorkplaceMerge>
  /** Removes the copy where all that was changed there is in the workspace; else it stays, and so does what was written. */
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

/** A file that cannot be brought into the workspace without losing what somebody else wrote. */
export interface MergeConflict {
  /** Relative to the root, with `/`. */
  readonly path: string
  /** What is in conflict, for people. */
  readonly reason: string
  /** Tasks of the run that changed it before. Empty: a person or another program did, or nobody. */
  readonly tasks: readonly string[]
}
