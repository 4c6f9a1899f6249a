/** A turn that can be taken back, or could not be. */
export interface UndoableTurn {
  /** Of the turn; the first thirteen characters name it too. */
  readonly turn: string
  /** Its thread. */
  readonly thread: string
  /** `undo`: an undo itself. */
  readonly kind: 'turn' | 'undo'
  /** What was asked. */
  readonly title: string
  /** RFC 3339, UTC. */
  readonly started: string
  /** Whether it was taken back. */
  readonly undone: boolean
  /** Why it cannot be. */
  readonly off?: string
  /** True where its program was ended in the middle: what is taken back is all that changed since, a person's own edits too. */
  readonly unended?: boolean
}

/** What would become of one file. */
export interface UndoChange {
  /** Relative to the workspace root, with `/`. */
  readonly path: string
  /** `restore`: it becomes what it was; `remove`: the turn made it; `create`: the turn deleted it; `merge`: later edits stay, joined with the way back. */
  readonly change: 'restore' | 'remove' | 'create' | 'merge'
  /** As a unified diff; empty for binary files. */
  readonly diff: string
}

/** Another turn that was running while one that is taken back was: what changed then may be its work. */
export interface UndoOverlap {
  /** The other turn. */
  readonly turn: UndoableTurn
  /** The files that changed while it ran, relative to the workspace root, with `/`; those that both changed are conflicts. */
  readonly files: readonly string[]
}

/** What taking turns back would do. */
export interface UndoPreview {
  /** Oldest first. */
  readonly turns: readonly UndoableTurn[]
  /** By path. */
  readonly changes: readonly UndoChange[]
  /** Files that stay as they are, since they were edited later, or a turn that is not taken back may have changed them. */
  readonly conflicts: readonly { readonly path: string; readonly reason: string }[]
  /** Turns that are not taken back, and that were running at the same time. */
  readonly overlaps: readonly UndoOverlap[]
  /** Files that the record left out, since they are too large. */
  readonly leftOut: readonly string[]
}

/** What is to be undone. */
export interface UndoRequest {
  /** This turn and all after it. Absent: the last turn that changed something and was not taken back, that one alone. */
  readonly to?: string
  /** Is shown what would be done, and says whether to. */
  agree(preview: UndoPreview): Promise<boolean>
}
