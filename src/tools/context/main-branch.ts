/** git, for the kernel: its output, or undefined where it ended with an error. */
export type AskGit = (...args: readonly string[]) => Promise<string | undefined>

const mainBranches = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'main',
  'master',
]

/** Where the checked-out branch stands to the main one. */
export type MainBranch =
  | { readonly kind: 'left'; readonly name: string; readonly commit: string }
  /** It is the main one, or holds nothing beyond it. */
  | { readonly kind: 'same' }
  /** There is no main branch, or no commit in common with it; `isShallow`: since older commits were not fetched, perhaps. */
  | { readonly kind: 'unknown'; readonly isShallow: boolean }

/** Where the checked-out branch left the main one. */
export async function findMainBranch(head: string, git: AskGit): Promise<MainBranch> {
  for (const branch of mainBranches) {
    const found = await git('rev-parse', '--verify', '--quiet', `${branch}^{commit}`)
    if (!found) continue
    const commit = (await git('merge-base', 'HEAD', branch))?.trim()
    if (commit && commit !== head) {
      return { kind: 'left', name: `${shortName(branch)} (merge base ${commit.slice(0, 10)})`, commit }
    }
    if (commit) return { kind: 'same' }
  }
  return { kind: 'unknown', isShallow: (await git('rev-parse', '--is-shallow-repository'))?.trim() === 'true' }
}

const shortName = (branch: string): string => branch.replace(/^refs\/remotes\//, '').replace(/\/HEAD$/, '')
