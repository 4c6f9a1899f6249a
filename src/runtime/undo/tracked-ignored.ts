import { findGitDirectory } from '../../sandbox/find-git-directory.ts'
import { gitRead } from '../../sandbox/git-read.ts'
import type { Kernel } from '../load-kernel.ts'

const maxListBytes = 4 * 1024 * 1024

/** Files that the repository of the workspace tracks although it ignores them, relative to the root. @throws the abort reason */
export async function trackedIgnored(
  { places: { workspaceRoot: cwd }, options: { env } }: Kernel,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (findGitDirectory(cwd) === undefined) return []
  const list = ['ls-files', '-z', '--cached', '--ignored', '--exclude-standard']
  const searchPath = env.PATH === undefined ? {} : { searchPath: env.PATH }
  const found = await gitRead(list, { cwd, maxBytes: maxListBytes, ...searchPath }, signal)
  return found.exitCode === 0 && !found.truncated ? found.stdout.split('\0').filter(Boolean) : []
}
