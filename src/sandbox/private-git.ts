import { CodexError } from '../plugin-api/errors.ts'
import { findProgram } from './find-program.ts'
import { gitEnvironment, inertSettings } from './git-environment.ts'
import { runGit } from './run-git.ts'
import { startChild } from './start-child.ts'

/** A git directory of the kernel's own over somebody's files. */
export interface PrivateGit {
  /**
   * Runs git and gives its output. @throws CodexError `internal` where git ends with another code than `codes` (default 0); the
   * abort reason
   */
  run(
    args: readonly string[],
    options: { readonly stdin?: Uint8Array | string; readonly codes?: readonly number[] },
    signal: AbortSignal,
  ): Promise<{ readonly stdout: Buffer; readonly exitCode: number }>
  /** Starts git and does not wait: it goes on when this program has ended, and what becomes of it nobody is told. */
  runBehind(args: readonly string[]): void
}

/** What git would do to contents: nothing, so that what is recorded is what was there, byte for byte. */
const plainSettings = ['core.autocrlf=false', 'core.safecrlf=false', 'core.symlinks=true', 'gc.auto=0'].flatMap(
  (each) => ['-c', each],
)

/**
 * git over `workTree` with `gitDir` as its own directory: it knows nothing of a repository that lies there, and none of that
 * repository's configuration, hooks or filters. Undefined where git is not installed.
 */
export function openPrivateGit(place: {
  readonly gitDir: string
  readonly workTree: string
  /** The user's PATH. */
  readonly searchPath?: string
}): PrivateGit | undefined {
  const { gitDir, workTree, searchPath } = place
  const git = findProgram('git', { notBelow: workTree, ...(searchPath !== undefined && { searchPath }) })
  if (git === undefined) return undefined
  return {
    async run(args, { stdin, codes = [0] }, signal) {
      const argv = [git, '--no-pager', ...inertSettings, ...plainSettings, ...args] as const
      const env = gitEnvironment(gitDir, workTree)
      const ended = await runGit({ argv, cwd: workTree, env, stdin, endsBy: 'SIGTERM' }, signal)
      const { exitCode, stdout, problem } = ended
      if (codes.includes(exitCode)) return { stdout, exitCode }
      const what = args.find((arg) => !arg.startsWith('-')) ?? ''
      throw new CodexError('internal', `git ${what} ended with ${exitCode}: ${problem.trim()}`)
    },
    runBehind(args) {
      const child = startChild({
        argv: [git, '--no-pager', ...inertSettings, ...plainSettings, ...args],
        cwd: gitDir,
        env: gitEnvironment(gitDir, workTree),
        leadsSession: true,
        isWaitedFor: false,
      })
      child.pid.catch(() => undefined)
    },
  }
}
