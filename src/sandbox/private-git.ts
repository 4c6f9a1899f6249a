import { spawn } from 'node:child_process'
import { CodexError } from '../plugin-api/errors.ts'
import { findProgram } from './find-program.ts'
import { gitEnvironment, inertSettings } from './git-environment.ts'

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
const maxErrorLength = 500

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
    run(args, { stdin, codes = [0] }, signal) {
      signal.throwIfAborted()
      const child = spawn(git, ['--no-pager', ...inertSettings, ...plainSettings, ...args], {
        cwd: workTree,
        env: gitEnvironment(gitDir, workTree),
        stdio: ['pipe', 'pipe', 'pipe'],
        signal,
        killSignal: 'SIGTERM', // it then takes its locks away
        windowsHide: true,
      })
      const { promise, resolve, reject } = Promise.withResolvers<{ stdout: Buffer; exitCode: number }>()
      const chunks: Buffer[] = []
      let problem = ''
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
      child.stderr.on('data', (chunk: Buffer) => {
        if (problem.length < maxErrorLength) problem += chunk.toString('utf8')
      })
      child.stdin.on('error', () => undefined) // git may end before it has read all: its code says why
      child.stdin.end(stdin ?? '')
      child.on('error', (error) => reject(signal.aborted ? signal.reason : error))
      child.on('close', (exitCode) => {
        if (signal.aborted) return reject(signal.reason)
        if (exitCode !== null && codes.includes(exitCode)) return resolve({ stdout: Buffer.concat(chunks), exitCode })
        const what = args.find((arg) => !arg.startsWith('-')) ?? ''
        reject(
          new CodexError('internal', `git ${what} ended with ${exitCode}: ${problem.slice(0, maxErrorLength).trim()}`),
        )
      })
      return promise
    },
    runBehind(args) {
      const child = spawn(git, ['--no-pager', ...inertSettings, ...plainSettings, ...args], {
        cwd: gitDir,
        env: gitEnvironment(gitDir, workTree),
        stdio: 'ignore',
        detached: true,
        windowsHide: true,
      })
      child.on('error', () => undefined)
      child.unref()
    },
  }
}
