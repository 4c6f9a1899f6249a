import { lstat, realpath } from 'node:fs/promises'
import path from 'node:path'
import { commonDirectory, isMissing, namedDirectory } from './git-control-paths.ts'
import { readPointerFile } from './read-pointer-file.ts'

/**
 * The directory outside of a workspace in which git keeps what belongs to it: the common directory of a linked worktree, or that of a
 * submodule. Undefined for a workspace that has its own, or none. The `.git` file of a workspace is its own claim, so it counts only
 * where the other side names the workspace too, as git writes it (`gitdir` of the worktree, `core.worktree` of the submodule).
 */
export async function linkedGitDirectory(workspaceRoot: string): Promise<string | undefined> {
  const entry = path.join(workspaceRoot, '.git')
  if (!(await isFile(entry))) return undefined
  const directory = await namedDirectory(entry)
  if (directory === undefined) return undefined
  const common = await commonDirectory(directory)
  if (common === undefined) {
    const named = /^\s*worktree\s*=\s*"?([^"\n]+?)"?\s*$/im.exec(
      readPointerFile(path.join(directory, 'config')) ?? '',
    )?.[1]
    return (await isSame(named, directory, workspaceRoot)) ? directory : undefined
  }
  if (path.dirname(directory) !== path.join(common, 'worktrees')) return undefined
  const named = readPointerFile(path.join(directory, 'gitdir'))?.trimEnd()
  return (await isSame(named, directory, entry)) ? common : undefined
}

/** Whether a path, relative to a directory, leads to this real path. */
async function isSame(named: string | undefined, directory: string, wanted: string): Promise<boolean> {
  if (named === undefined || named === '') return false
  try {
    return (await realpath(path.resolve(directory, named))) === wanted
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await lstat(file)).isFile()
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
