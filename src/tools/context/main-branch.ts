/** git, for the kernel: its output, or undefined where it ended with an error. */
export type AskGit = (...args: readonly string[]) => Promise<string | undefined>

const mainBranches = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'main',
  'master',
]

/** Where the checked-out branch left the main one; undefined on the main branch, and where there is none. */
export async function leftMainBranch(
  head: string,
  git: AskGit,
): Promise<{ readonly name: string; readonly commit: string } | undefined> {
  for (const branch of mainBranches) {
    const found = await git('rev-parse', '--verify', '--quiet', `${branch}^{commit}`)
    if (!found) continue
    const commit = (await git('merge-base', 'HEAD', branch))?.trim()
    if (commit && commit !== head) return { name: `${shortName(branch)} (merge base ${commit.slice(0, 10)})`, commit }
    if (commit) return undefined
  }
  return undefined
}

const shortName = (branch: string): string => branch.replace(/^refs\/remotes\//, '').replace(/\/HEAD$/, '')
