import type { ContextDeps } from './context-deps.ts'
import { hasRepository, queryGit } from './query-git.ts'
import { readWorkspace } from './read-workspace.ts'

/** `context.git_branch`: the branch, also before its first commit; a short commit id where none is checked out; empty without git. */
export async function readGitBranch(deps: ContextDeps): Promise<string> {
  return readWorkspace('context.git_branch', '', deps, async () => {
    if (!(await hasRepository('context.git_branch', deps))) return ''
    const branch = await queryGit(['symbolic-ref', '--quiet', '--short', 'HEAD'], deps)
    const name = branch ?? (await queryGit(['rev-parse', '--short', 'HEAD'], deps))
    return name?.stdout.trim() ?? ''
  })
}
