import { join } from 'node:path'
import { openTree } from '../../tools/context/open-tree.ts'
import { onOneLine } from '../mark-data.ts'
import type { ContextDeps } from './context-deps.ts'
import { hasRepository, listWithGit } from './query-git.ts'
import { readWorkspace } from './read-workspace.ts'

/**
 * `context.files`: the files of the workspace that may be read, relative to its root, sorted. In a git repository those
 * that are tracked, and untracked ones that are not ignored; elsewhere all that `.gitignore` files do not name.
 */
export async function listWorkspaceFiles(deps: ContextDeps): Promise<readonly string[]> {
  const files = await readWorkspace<readonly string[] | undefined>('context.files', [], deps, async () => {
    if (!(await hasRepository(undefined, deps))) return undefined
    const listed = await listWithGit(['ls-files', '--cached', '--others', '--exclude-standard', '-z'], deps)
    const deleted = new Set(await listWithGit(['ls-files', '--deleted', '-z'], deps))
    return [...new Set(listed)]
      .filter((name) => !deleted.has(name) && deps.gate.mayRead(join(deps.workspaceRoot, name)))
      .sort()
  })
  const all = withoutOddNames(files ?? (await listDirectory(deps)), deps)
  if (all.length <= deps.limits.files) return all
  const { files: most } = deps.limits
  deps.note(`context.files is cut: it has ${most} of ${files ? all.length : `more than ${most}`} files`)
  return all.slice(0, most)
}

/** A name of several lines would stand in the prompt as lines of its own. */
function withoutOddNames(names: readonly string[], deps: ContextDeps): readonly string[] {
  const even = names.filter((name) => onOneLine(name) === name)
  const left = names.length - even.length
  if (left > 0)
    deps.note(
      `context.files leaves out ${left} ${left === 1 ? 'file whose name has' : 'files whose names have'} control characters`,
    )
  return even
}

/** Without git; one entry more than the limit shows that there are more. */
async function listDirectory(deps: ContextDeps): Promise<readonly string[]> {
  const tree = await openTree(
    deps.workspaceRoot,
    { maxFiles: deps.limits.files + 1, maxFileBytes: Number.MAX_SAFE_INTEGER },
    deps.actions,
    { gate: deps.gate, workspaceRoot: deps.workspaceRoot, signal: deps.signal },
  )
  return tree.files.map((file) => file.relativePath)
}
