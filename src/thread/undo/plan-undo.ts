import { createHash } from 'node:crypto'
import type { PrivateGit } from '../../sandbox/private-git.ts'
import type { RecordedSpan } from './overlapping-turns.ts'

/** A file: its contents and what git says of its kind (`100644`, `100755`; `120000`: a link). */
export interface FileState {
  readonly mode: string
  readonly bytes: Uint8Array
}

/** What is to become of one file. */
export interface UndoStep {
  /** Relative to the root, with `/`. */
  readonly path: string
  /** What is there now; absent: nothing. */
  readonly current?: FileState
  /** What will be there; absent: nothing. */
  readonly wanted?: FileState
  /** True where later edits of a person and the way back were joined. */
  readonly merged: boolean
}

/** What undoing would do. */
export interface UndoPlan {
  readonly steps: readonly UndoStep[]
  /** Files that are left as they are, since somebody changed them later in a way that cannot be joined. */
  readonly conflicts: readonly { readonly path: string; readonly reason: string }[]
}

/**
 * What takes back the turns, the newest first: a file that is as the turn left it becomes what it was before; one that was edited
 * later keeps those edits, joined with the way back where that is clear, and untouched where it is not.
 *
 * @param spans oldest first; none overlaps with another
 * @param deps `readNow`: what a file is now; `contested`: files that another turn may have changed at the same time
 * @throws CodexError `internal`; the abort reason
 */
export async function planUndo(
  spans: readonly RecordedSpan[],
  deps: {
    readonly git: PrivateGit
    readNow(path: string): Promise<FileState | undefined>
    merge: MergeText
    readonly contested: ReadonlySet<string>
  },
  signal: AbortSignal,
): Promise<UndoPlan> {
  const nowByPath = new Map<string, FileState | undefined>()
  const thenByPath = new Map<string, FileState | undefined>()
  const merged = new Set<string>()
  const conflicts = new Map<string, string>()
  for (const { before, after } of spans.toReversed()) {
    if (before === undefined || after === undefined) continue
    for (const change of await changesBetween(before, after, deps.git, signal)) {
      const { path } = change
      if (!nowByPath.has(path)) {
        const now = await deps.readNow(path)
        nowByPath.set(path, now)
        thenByPath.set(path, now)
      }
      if (conflicts.has(path)) continue
      const current = thenByPath.get(path)
      if (deps.contested.has(path) && !isBlob(current, change.before)) {
        conflicts.set(path, 'another turn that ran at the same time may have changed it')
        continue
      }
      if (isBlob(current, change.after)) {
        thenByPath.set(path, await stateOf(change.before, deps.git, signal))
        continue
      }
      if (isBlob(current, change.before)) continue // somebody has taken it back already
      const joined = await join3(change, current, deps, signal)
      if (joined === undefined) conflicts.set(path, conflictReason(change, current))
      else {
        merged.add(path)
        thenByPath.set(path, joined)
      }
    }
  }
  const steps = [...thenByPath].flatMap(([path, then]): UndoStep[] => {
    const now = nowByPath.get(path)
    if (conflicts.has(path) || isSameState(now, then)) return []
    return [{ path, merged: merged.has(path), ...(now && { current: now }), ...(then && { wanted: then }) }]
  })
  return {
    steps: steps.sort((a, b) => (a.path < b.path ? -1 : 1)),
    conflicts: [...conflicts].map(([path, reason]) => ({ path, reason })).sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

/** The files that a span changed, sorted; none where it has no end. @throws CodexError `internal`; the abort reason */
export async function changedPaths(
  { before, after }: RecordedSpan,
  git: PrivateGit,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (before === undefined || after === undefined) return []
  return (await changesBetween(before, after, git, signal)).map(({ path }) => path).sort()
}

/** Joins what became of a text on two ways; undefined where both changed the same lines. */
export type MergeText = (
  texts: { readonly ours: Uint8Array; readonly base: Uint8Array; readonly theirs: Uint8Array },
  signal: AbortSignal,
) => Promise<Uint8Array | undefined>

/** A blob of git: its kind and its name. */
export interface Blob {
  readonly mode: string
  readonly hash: string
}

/** A file that two trees have differently, relative to their root; absent where one has none. */
export interface TreeChange {
  readonly path: string
  readonly before: Blob | undefined
  readonly after: Blob | undefined
}

/** The files in which two trees differ; a file that was moved is one that went and one that came. @throws CodexError `internal`; the abort reason */
export async function changesBetween(
  before: string,
  after: string,
  git: PrivateGit,
  signal: AbortSignal,
): Promise<readonly TreeChange[]> {
  const { stdout } = await git.run(
    ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', before, after],
    {},
    signal,
  )
  const parts = stdout.toString('utf8').split('\0')
  const changes: TreeChange[] = []
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [oldMode = '', newMode = '', oldHash = '', newHash = ''] = (parts[index] ?? '').slice(1).split(' ')
    const blob = (mode: string, hash: string): Blob | undefined => (/^0+$/.test(mode) ? undefined : { mode, hash })
    changes.push({ path: parts[index + 1] ?? '', before: blob(oldMode, oldHash), after: blob(newMode, newHash) })
  }
  return changes
}

/** A file as a tree has it; undefined where it has none. @throws CodexError `internal`; the abort reason */
export async function stateOf(
  blob: Blob | undefined,
  git: PrivateGit,
  signal: AbortSignal,
): Promise<FileState | undefined> {
  if (blob === undefined) return undefined
  const { stdout } = await git.run(['cat-file', 'blob', blob.hash], {}, signal)
  return { mode: blob.mode, bytes: stdout }
}

async function join3(
  change: TreeChange,
  current: FileState | undefined,
  { git, merge }: { readonly git: PrivateGit; readonly merge: MergeText },
  signal: AbortSignal,
): Promise<FileState | undefined> {
  const [base, theirs] = [await stateOf(change.after, git, signal), await stateOf(change.before, git, signal)]
  if (!current || !base || !theirs) return undefined
  const isText = [current, base, theirs].every(
    ({ mode, bytes }) => mode !== '120000' && !bytes.subarray(0, 8000).includes(0),
  )
  if (!isText) return undefined
  const bytes = await merge({ ours: current.bytes, base: base.bytes, theirs: theirs.bytes }, signal)
  return bytes && { mode: current.mode === base.mode ? theirs.mode : current.mode, bytes }
}

function conflictReason({ before, after }: TreeChange, current: FileState | undefined): string {
  if (current === undefined) return 'no file is there now: it was deleted later, or something else has taken its place'
  if (before === undefined) return 'the turn made it, and it was edited later'
  if (after === undefined) return 'the turn deleted it, and it was made anew later'
  return 'it was edited later in the same places'
}

function isBlob(state: FileState | undefined, blob: Blob | undefined): boolean {
  if (state === undefined || blob === undefined) return state === blob
  return state.mode === blob.mode && blobHash(state.bytes) === blob.hash
}

/** Whether two files are the same, also where neither is there. */
export function isSameState(a: FileState | undefined, b: FileState | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.mode === b.mode && Buffer.compare(a.bytes, b.bytes) === 0
}

/** The name that git gives to contents (gitformat-loose(5)). */
function blobHash(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}
