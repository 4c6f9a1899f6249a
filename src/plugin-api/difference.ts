/** Which difference is read. */
export interface DifferenceOptions {
  /**
   * `working_tree`: staged or not, untracked files included, against the last commit; `staged`: what the next commit takes;
   * `last_commit`: the last commit against the one before; `branch`: against where this branch left the main one;
   * `since`: against the commit that `revision` names, or where the branch left it. Absent: `working_tree`, and where that is clean `last_commit`.
   */
  readonly of?: 'working_tree' | 'staged' | 'last_commit' | 'branch' | 'since'
  /** A branch, tag or commit; for `since`. */
  readonly revision?: string
  /** For `since`: the commit on the other end. Absent: the working tree, untracked files included. */
  readonly until?: string
  /** What this one commit changed; `of` and `revision` say nothing then. */
  readonly commit?: string
}

/** What is different. */
export interface Difference {
  /** What was compared. */
  readonly of: Exclude<DifferenceOptions['of'], undefined>
  /** The other side, as a person names it: `HEAD`, `main (merge base 1a2b3c4)`. */
  readonly base: string
  /** The one commit that is looked at, as it was named. */
  readonly commit?: string
  /** Whether that commit is the last one. */
  readonly isNewest?: boolean
  /** The commit that lines are numbered as in, as it was named. Absent: the working tree, or the index. */
  readonly until?: string
  /** Whether the files that differ still are as in that commit. */
  readonly isCurrent?: boolean
  /** By path. */
  readonly files: readonly FileDifference[]
  /** Files that may not be read. */
  readonly denied: number
  /** Why there is nothing to compare with; `too_large`: more than 64 MiB of changes. */
  readonly problem?: 'no_repository' | 'no_git' | 'no_revision' | 'no_branch' | 'too_large'
}

/** How one file is different. */
export interface FileDifference {
  /** Relative to the workspace root, with `/`; of a file that was moved, where it is now. */
  readonly path: string
  /** What became of it. */
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed'
  /** Where a file that was moved was. */
  readonly from?: string
  /** Lines that are new or different, by their number now, in order; empty for binary files. */
  readonly added: readonly { readonly line: number; readonly text: string }[]
  /** How many lines are gone or different. */
  readonly removed: number
  /** True for a file without lines, and for one over 1 MiB. */
  readonly binary: boolean
}

/** How far a history is read. */
export interface HistoryOptions {
  /** Commits, of all branches and tags. Default 10,000. */
  readonly maxCommits?: number
  /** Bytes of changes altogether. Default 256 MiB. */
  readonly maxBytes?: number
  /** Milliseconds. Default 60,000. */
  readonly maxDurationMs?: number
  /** Larger files are taken for binary ones and counted. Default 1 MiB. */
  readonly maxFileBytes?: number
}

/** Lines that stand together and that a commit added; what a merge changed by itself is not among them. */
export interface HistoryAddition {
  /** Its full hash. */
  readonly commit: string
  /** When it was written, as its author's clock said: ISO 8601. */
  readonly authorDate: string
  /** Relative to the workspace root, with `/`. */
  readonly path: string
  /** Of the first line, in the file of that commit. */
  readonly line: number
  /** The lines. */
  readonly text: string
}

/** How the reading of a history ended. */
export interface HistoryEnd {
  /** How many were read. */
  readonly commits: number
  /** Changes of files that were left out. */
  readonly skipped: { readonly binary: number; readonly denied: number }
  /** Why there is no more, where there would be: `no_repository` also where git is not installed. */
  readonly stopped?: 'no_repository' | 'commits' | 'bytes' | 'time'
}
