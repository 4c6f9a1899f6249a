import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { withLock } from '../../config/with-lock.ts'
import { openPrivateGit, type PrivateGit } from '../../sandbox/private-git.ts'
import { withoutObstacles } from './find-obstacles.ts'
import { joinOverlapping, overlappingTurns } from './overlapping-turns.ts'
import { changedPaths, type MergeText, planUndo, type UndoPlan } from './plan-undo.ts'
import { readFileState } from './read-file-state.ts'
import { defaultLimits, type RecordDeps, type RecordLimits, recordTree } from './record-tree.ts'
import { type RecordedTurn, readUndoLog, writeUndoLog } from './undo-log.ts'

/** What is recorded of the turns of one workspace, so that they can be taken back. */
export interface Undo {
  /** Records the files as they are before a turn's first action that can write. @returns why that was not done */
  begin(
    turn: Pick<RecordedTurn, 'turn' | 'thread' | 'kind' | 'title'>,
    signal: AbortSignal,
  ): Promise<string | undefined>
  /** Records them as the turn left them; nothing where it did not begin. */
  end(turn: string, signal: AbortSignal): Promise<void>
  /** The turns, oldest first. */
  turns(): Promise<readonly RecordedTurn[]>
  /** Git tree of the files as they are; undefined where they cannot be recorded. */
  now(signal: AbortSignal): Promise<string | undefined>
  /** What taking back these turns would do; a file that another of all turns had in hand at the same time is left as it is. */
  plan(turns: readonly RecordedTurn[], all: readonly RecordedTurn[], signal: AbortSignal): Promise<OverlappedPlan>
  /** Says that they were taken back. */
  markUndone(turns: readonly string[]): Promise<void>
}

/** A plan, and who else was at work meanwhile. */
export interface OverlappedPlan extends UndoPlan {
  readonly overlaps: readonly {
    readonly turn: RecordedTurn
    /** What its own record says is different, relative to the root, with `/`. */
    readonly files: readonly string[]
  }[]
}

export interface UndoPlace {
  readonly codexHome: string
  /** Absolute, real path. */
  readonly workspaceRoot: string
  /** The user's PATH. */
  readonly searchPath?: string
}

export interface UndoDeps extends Pick<RecordDeps, 'mayRecord' | 'trackedIgnored'> {
  now(): Date
  readonly limits?: RecordLimits
}

/** What undo keeps lies in `$CODEX_HOME/undo`, a folder for each workspace; nothing of it is in the workspace or its repository. */
export function openUndo(place: UndoPlace, deps: UndoDeps): Undo {
  const { codexHome, workspaceRoot, searchPath } = place
  const directory = join(codexHome, 'undo', createHash('sha256').update(workspaceRoot).digest('hex').slice(0, 16))
  const gitDir = join(directory, 'git')
  const git = openPrivateGit({ gitDir, workTree: workspaceRoot, ...(searchPath !== undefined && { searchPath }) })
  const begun = new Set<string>()

  const record = async (
    signal: AbortSignal,
  ): Promise<{ readonly tree?: string; readonly off?: string; readonly leftOut: readonly string[] }> => {
    if (git === undefined) return { off: 'git is not installed', leftOut: [] }
    const made = await recordTree(
      deps.limits ?? defaultLimits,
      // Where a person works in their home directory, the program's own files are many.
      { ...deps, git, gitDir, workTree: workspaceRoot, without: codexHome },
      signal,
    )
    if ('off' in made) return { ...made, leftOut: [] }
    keepTree(gitDir, made.tree)
    return made
  }

  // The order of the log is the order of the records, and git lets one at a time at its index.
  const inTurn = <Result>(work: () => Promise<Result>) => withLock(join(directory, 'record.lock'), work)

  return {
    async begin(turn, signal) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      return await inTurn(async () => {
        const { tree, off, leftOut } = await record(signal)
        const started = deps.now().toISOString()
        const found = { ...(tree !== undefined && { before: tree }), ...(off !== undefined && { off }) }
        await writeUndoLog(directory, { type: 'begin', ...turn, started, leftOut, ...found })
        if (tree !== undefined) begun.add(turn.turn)
        return off
      })
    },
    async end(turn, signal) {
      if (!begun.delete(turn)) return
      await inTurn(async () => {
        const { tree } = await record(signal)
        if (tree !== undefined) await writeUndoLog(directory, { type: 'end', turn, after: tree })
      })
    },
    turns: () => readUndoLog(directory),
    async now(signal) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      return await inTurn(async () => (await record(signal)).tree)
    },
    async plan(turns, all, signal) {
      if (git === undefined) return { steps: [], conflicts: [], overlaps: [] }
      const overlaps: OverlappedPlan['overlaps'][number][] = []
      for (const turn of overlappingTurns(turns, all)) {
        const files = await changedPaths(turn, git, signal)
        if (files.length > 0) overlaps.push({ turn, files })
      }
      const readNow = (path: string) => readFileState(workspaceRoot, path)
      const contested = new Set(overlaps.flatMap(({ files }) => files))
      const merge = mergeWith(git, directory)
      const plan = await planUndo(joinOverlapping(turns), { git, readNow, merge, contested }, signal)
      return { ...(await withoutObstacles(plan, workspaceRoot)), overlaps }
    },
    markUndone: (turns) => writeUndoLog(directory, { type: 'undone', turns }),
  }
}

/** A reference, so that git does not take the tree for rubbish (gitrepository-layout(5)). */
function keepTree(gitDir: string, tree: string): void {
  const reference = join(gitDir, 'refs', 'codex', tree)
  if (existsSync(reference)) return
  mkdirSync(dirname(reference), { recursive: true })
  writeFileSync(reference, `${tree}\n`)
}

/** `git merge-file`: its exit code is the number of conflicts. */
function mergeWith(git: PrivateGit, directory: string): MergeText {
  return async ({ ours, base, theirs }, signal) => {
    const place = await mkdtemp(join(directory, `merge-${randomUUID()}`))
    try {
      const files = await Promise.all(
        Object.entries({ ours, base, theirs }).map(async ([name, bytes]) => {
          const file = join(place, name)
          await writeFile(file, bytes, { mode: 0o600 })
          return file
        }),
      )
      const anyCode = Array.from({ length: 128 }, (_, code) => code)
      const { stdout, exitCode } = await git.run(
        ['merge-file', '--stdout', '--quiet', ...files],
        { codes: anyCode },
        signal,
      )
      return exitCode === 0 ? stdout : undefined
    } finally {
      await rm(place, { recursive: true, force: true })
    }
  }
}
