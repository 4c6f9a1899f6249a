import { createHash, randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openPrivateGit, type PrivateGit } from '../../sandbox/private-git.ts'
import { withoutObstacles } from './find-obstacles.ts'
import { type MergeText, planUndo, type UndoPlan } from './plan-undo.ts'
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
  /** What taking back these turns would do. */
  plan(turns: readonly RecordedTurn[], signal: AbortSignal): Promise<UndoPlan>
  /** Says that they were taken back. */
  markUndone(turns: readonly string[]): Promise<void>
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
      { ...deps, git, gitDir, workTree: workspaceRoot },
      signal,
    )
    if ('off' in made) return { ...made, leftOut: [] }
    await keepTree(gitDir, made.tree)
    return made
  }

  return {
    async begin(turn, signal) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const { tree, off, leftOut } = await record(signal)
      const started = deps.now().toISOString()
      const found = { ...(tree !== undefined && { before: tree }), ...(off !== undefined && { off }) }
      await writeUndoLog(directory, { type: 'begin', ...turn, started, leftOut, ...found })
      if (tree !== undefined) begun.add(turn.turn)
      return off
    },
    async end(turn, signal) {
      if (!begun.delete(turn)) return
      const { tree } = await record(signal)
      if (tree !== undefined) await writeUndoLog(directory, { type: 'end', turn, after: tree })
    },
    turns: () => readUndoLog(directory),
    now: async (signal) => (await record(signal)).tree,
    async plan(turns, signal) {
      if (git === undefined) return { steps: [], conflicts: [] }
      const readNow = (path: string) => readFileState(workspaceRoot, path)
      return await withoutObstacles(
        await planUndo(turns, { git, readNow, merge: mergeWith(git, directory) }, signal),
        workspaceRoot,
      )
    },
    markUndone: (turns) => writeUndoLog(directory, { type: 'undone', turns }),
  }
}

/** A reference, so that git does not take the tree for rubbish (gitrepository-layout(5)). */
async function keepTree(gitDir: string, tree: string): Promise<void> {
  const references = join(gitDir, 'refs', 'codex')
  await mkdir(references, { recursive: true })
  await writeFile(join(references, tree), `${tree}\n`)
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
