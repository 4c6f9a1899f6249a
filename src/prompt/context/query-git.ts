import type { ContextDeps } from './context-deps.ts'

/** Bytes of lists of names that are read of git; more is cut, as the lists themselves are long before. */
const maxNameBytes = 4 * 1024 * 1024

/** stdout of git at the workspace root; undefined where git says no. */
export async function queryGit(
  args: readonly string[],
  deps: ContextDeps,
  maxBytes = maxNameBytes,
): Promise<{ readonly stdout: string; readonly truncated: boolean } | undefined> {
  const { exitCode, stdout, truncated } = await deps.git(args, { cwd: deps.workspaceRoot, maxBytes }, deps.signal)
  return exitCode === 0 || truncated ? { stdout, truncated } : undefined
}

/** The names that git lists with `-z`; undefined where git says no. */
export async function listWithGit(args: readonly string[], deps: ContextDeps): Promise<readonly string[] | undefined> {
  const listed = await queryGit(args, deps)
  if (!listed) return undefined
  const names = listed.stdout.split('\0')
  // What follows the last NUL is nothing, or a name that was cut.
  return names.slice(0, -1)
}

/** True inside a git working tree, also before its first commit. A note says why `name` is empty elsewhere. */
export async function hasRepository(name: string | undefined, deps: ContextDeps): Promise<boolean> {
  const options = { cwd: deps.workspaceRoot, maxBytes: maxNameBytes }
  const answer = await deps.git(['rev-parse', '--is-inside-work-tree'], options, deps.signal)
  const isInside = answer.exitCode === 0 && answer.stdout.trim() === 'true'
  const reason = answer.missing ? 'git is not installed' : 'this is no git repository'
  if (!isInside && name !== undefined) deps.note(`${name} is empty: ${reason}`)
  return isInside
}
