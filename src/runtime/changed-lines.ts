import { CodexError } from '../plugin-api/errors.ts'
import { gitPath } from '../sandbox/git-path.ts'
import { gitRead } from '../sandbox/git-read.ts'
import { type AskGit, findMainBranch } from '../tools/context/main-branch.ts'

/** What differs from a revision. */
export interface ChangedLines {
  /** As a person names it, such as `main (merge base 1a2b3c4)`. */
  readonly base: string
  /** By path relative to the workspace root, with `/`. */
  readonly files: ReadonlyMap<string, ChangedFile>
}

/** Ranges of lines from 1, both ends included; `all` for a file that the revision does not have. */
export type ChangedFile = 'all' | readonly { readonly from: number; readonly to: number }[]

export interface DiffRequest {
  /** Real path. */
  readonly workspaceRoot: string
  /** A revision; absent: the merge base with the main branch, else HEAD. */
  readonly base: string | undefined
  readonly searchPath: string | undefined
}

/** A diff without context of more than this is no change that a person made. */
const maxDiffBytes = 64 * 1024 * 1024
/**
 * The lines of the working tree that differ from a revision, untracked files included. git runs no program of the repository.
 *
 * @throws CodexError `usage.arguments` without git, outside a repository, for a revision that there is not, and in a shallow clone
 * without a revision, where the main branch is not known
 */
export async function readChangedLines(request: DiffRequest, signal: AbortSignal): Promise<ChangedLines> {
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    const limits = { cwd: request.workspaceRoot, maxBytes: maxDiffBytes }
    const { searchPath } = request
    const answer = await gitRead(args, { ...limits, ...(searchPath !== undefined && { searchPath }) }, signal)
    if (answer.missing) throw unusable('git is not installed', 'Install git, or leave --diff out.')
    if (answer.truncated) throw unusable('The difference is larger than 64 MiB', 'Name a nearer revision.')
    return answer.exitCode === 0 ? answer.stdout : undefined
  }
  if ((await git('rev-parse', '--is-inside-work-tree'))?.trim() !== 'true') {
    throw unusable('This is no git repository', 'Run git init, or leave --diff out.')
  }
  const base = request.base === undefined ? await defaultBase(git) : await namedBase(request.base, git)
  const diff = base.commit && (await git('diff', '--no-color', '--relative', '--unified=0', '-M', base.commit, '--'))
  const untracked = (await git('ls-files', '--others', '--exclude-standard', '-z')) ?? ''
  const tracked = base.commit ? '' : ((await git('ls-files', '--cached', '-z')) ?? '')
  const whole = [...untracked.split('\0'), ...tracked.split('\0')].filter((name) => name !== '')
  const files = new Map<string, ChangedFile>(parseChangedLines(diff ?? ''))
  for (const name of whole) files.set(name, 'all')
  return { base: base.name, files }
}

interface Base {
  readonly name: string
  /** Absent before the first commit: everything is new. */
  readonly commit?: string
}

async function namedBase(name: string, git: AskGit): Promise<Base> {
  const commit = name.startsWith('-')
    ? undefined
    : (await git('rev-parse', '--verify', '--quiet', `${name}^{commit}`))?.trim()
  if (commit) return { name, commit }
  throw unusable(
    `There is no revision ${name}`,
    'Name a branch, a tag or a commit. In CI, fetch enough history: fetch-depth: 0.',
  )
}

async function defaultBase(git: AskGit): Promise<Base> {
  const head = (await git('rev-parse', '--verify', '--quiet', 'HEAD'))?.trim()
  if (!head) return { name: 'nothing, since there is no commit yet' }
  const main = await findMainBranch(head, git)
  if (main.kind === 'unknown' && main.isShallow) {
    throw unusable(
      'Where this branch left the main one is not known, since the clone is shallow',
      'Fetch its history: git fetch --unshallow, and the main branch: git fetch origin main; in CI fetch-depth: 0. Or name a revision: --diff=HEAD.',
    )
  }
  return main.kind === 'left' ? main : { name: 'HEAD', commit: head }
}

/** What `git diff --unified=0` says about the new side, a file each. A hunk that only deletes stands for the lines around it. */
export function parseChangedLines(diff: string): readonly (readonly [string, ChangedFile])[] {
  const files: (readonly [string, { from: number; to: number }[]])[] = []
  for (const section of diff.split(/^diff --git /m).slice(1)) {
    const [head = '', ...hunks] = section.split(/^@@ /m)
    const written = /^\+\+\+ (.*?)\t?$/m.exec(head)?.[1]
    const name = written && gitPath(written)
    if (!name) continue
    const ranges = hunks.flatMap((hunk) => {
      const match = /^-\S+ \+(\d+)(?:,(\d+))? @@/.exec(hunk)
      if (!match) return []
      const from = Number(match[1])
      const count = match[2] === undefined ? 1 : Number(match[2])
      return [count === 0 ? { from: Math.max(1, from), to: from + 1 } : { from, to: from + count - 1 }]
    })
    files.push([name, ranges])
  }
  return files
}

function unusable(message: string, hint: string): CodexError {
  return new CodexError('usage.arguments', message, { hint })
}
