import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openPrivateGit } from '../../sandbox/private-git.ts'
import { holdUndoLog, type RecordedTurn, readUndoLog, undoLogFile } from './undo-log.ts'

/** Contents that are younger may be of a turn that is being recorded. */
const expiry = '10.minutes.ago'

/** Where all is kept, and the user's PATH. */
export interface UndoStore {
  readonly codexHome: string
  readonly searchPath?: string
}

/** Forgets what is recorded of turns that are not to be kept, in all workspaces; git takes the contents away behind this. @throws the `node:fs` error */
export async function pruneUndo(store: UndoStore, isKept: (turn: RecordedTurn) => boolean): Promise<void> {
  const root = join(store.codexHome, 'undo')
  const entries = await readdir(root, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) if (entry.isDirectory()) await pruneWorkspace(join(root, entry.name), store, isKept)
}

async function pruneWorkspace(
  directory: string,
  { searchPath }: UndoStore,
  isKept: (turn: RecordedTurn) => boolean,
): Promise<void> {
  const turns = await readUndoLog(directory)
  const kept = turns.filter(isKept)
  if (kept.length === turns.length) return
  const gitDir = join(directory, 'git')
  await holdUndoLog(directory, async () => {
    const ids = new Set((await readUndoLog(directory)).filter(isKept).map(({ turn }) => turn))
    const file = undoLogFile(directory)
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => isOf(line, ids))
    const draft = `${file}.${process.pid}.tmp`
    await writeFile(draft, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 })
    await rename(draft, file)
    await dropTrees(
      gitDir,
      (await readUndoLog(directory)).flatMap(({ before, after }) => [before, after]),
    )
  })
  const place = { gitDir, workTree: directory, ...(searchPath !== undefined && { searchPath }) }
  openPrivateGit(place)?.runBehind(['prune', `--expire=${expiry}`])
}

/** A line that says something of a turn that is kept. One that cannot be read says nothing. */
function isOf(line: string, kept: ReadonlySet<string>): boolean {
  try {
    const { turn, turns } = JSON.parse(line) as { readonly turn?: string; readonly turns?: readonly string[] } // written by undo-log.ts
    return [turn, ...(turns ?? [])].some((id) => id !== undefined && kept.has(id))
  } catch {
    return false
  }
}

/** What no reference names, and no index holds, git takes for rubbish. */
async function dropTrees(gitDir: string, kept: readonly (string | undefined)[]): Promise<void> {
  const references = join(gitDir, 'refs', 'codex')
  const last = await readFile(join(gitDir, 'codex-last-tree'), 'utf8').catch(() => undefined)
  const wanted = new Set([...kept, last?.trim()])
  for (const tree of await readdir(references).catch(() => [])) {
    if (!wanted.has(tree)) await rm(join(references, tree), { force: true })
  }
}
