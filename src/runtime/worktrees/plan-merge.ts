import { CodexError } from '../../plugin-api/errors.ts'
import type { PrivateGit } from '../../sandbox/private-git.ts'
import { changesBetween, stateOf, type UndoStep } from '../../thread/undo/plan-undo.ts'
import { programIdentity } from './program-identity.ts'

/** Three trees: what both began with, what the workspace is, what the copy is. */
export interface MergeTrees {
  readonly base: string
  readonly workspace: string
  readonly copy: string
}

/** What brings the changes of a copy into the workspace, or why nothing does. */
export interface MergePlan {
  /** By path; what is there now and what will be. Empty where there are conflicts. */
  readonly steps: readonly UndoStep[]
  /** Git tree of the workspace with these changes. */
  readonly tree: string
  readonly conflicts: readonly { readonly path: string; readonly reason: string }[]
}

const settings = ['merge.renames=true', 'merge.directoryRenames=false', 'diff.renameLimit=3000'].flatMap((each) => [
  '-c',
  each,
])

/**
 * Merges trees in the three-way manner of git, where files that were moved are followed (`git merge-tree`, git 2.38 or later); touches no file.
 *
 * @throws CodexError `tool.failed` for an older git; the abort reason
 */
export async function planMerge(trees: MergeTrees, git: PrivateGit, signal: AbortSignal): Promise<MergePlan> {
  if (trees.copy === trees.base || trees.copy === trees.workspace)
    return { steps: [], tree: trees.workspace, conflicts: [] }
  const commit = async (tree: string, parent?: string): Promise<string> => {
    const parents = parent === undefined ? [] : ['-p', parent]
    const made = await git.run([...programIdentity, 'commit-tree', tree, ...parents, '-m', tree], {}, signal)
    return made.stdout.toString('utf8').trim()
  }
  const base = await commit(trees.base)
  const [ours, theirs] = [await commit(trees.workspace, base), await commit(trees.copy, base)]
  const { stdout, exitCode } = await git.run(
    [...settings, 'merge-tree', '--write-tree', '-z', ours, theirs],
    { codes: [0, 1, 129] },
    signal,
  )
  if (exitCode === 129) {
    throw new CodexError('tool.failed', 'Changes of agents are merged with git 2.38 or later, and this one is older', {
      hint: 'Install a newer git.',
    })
  }
  const [merged = '', ...rest] = stdout.toString('utf8').split('\0')
  if (exitCode === 1) return { steps: [], tree: trees.workspace, conflicts: conflictsIn(rest) }
  const steps: UndoStep[] = []
  for (const { path, before, after } of await changesBetween(trees.workspace, merged, git, signal)) {
    const [current, wanted] = [await stateOf(before, git, signal), await stateOf(after, git, signal)]
    steps.push({ path, merged: false, ...(current && { current }), ...(wanted && { wanted }) })
  }
  return { steps, tree: merged, conflicts: [] }
}

const reasons: Readonly<Record<string, string>> = {
  '123': 'both changed the same places',
  '23': 'both made it, with different contents',
  '12': 'it was changed in the workspace and removed or moved here',
  '13': 'it was removed or moved in the workspace and changed here',
}

/**
 * The conflicted files of `git merge-tree -z`: MODE OBJECT STAGE, a tab and the path of each side, then an empty line before the messages. Stage 1
 * is what both began with, 2 the workspace, 3 the copy.
 */
function conflictsIn(lines: readonly string[]): MergePlan['conflicts'] {
  const stages = new Map<string, string>()
  const end = lines.indexOf('')
  for (const line of end < 0 ? lines : lines.slice(0, end)) {
    const [, stage, path] = /^\d+ [0-9a-f]+ ([123])\t(.+)$/s.exec(line) ?? []
    if (stage !== undefined && path !== undefined) stages.set(path, (stages.get(path) ?? '') + stage)
  }
  const found = [...stages].map(([path, of]) => ({
    path,
    reason: reasons[of] ?? 'it became different things in the workspace and here',
  }))
  // Without one the merge is refused too: git says that something is in conflict.
  return found.length > 0 ? found : [{ path: '.', reason: 'git found a conflict that names no file' }]
}
