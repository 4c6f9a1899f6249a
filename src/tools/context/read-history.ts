import { join, relative, sep } from 'node:path'
import type { HistoryAddition, HistoryEnd, HistoryOptions } from '../../plugin-api/index.ts'
import { findGitDirectory } from '../../sandbox/find-git-directory.ts'
import { gitRead } from '../../sandbox/git-read.ts'
import type { ActionScope } from './gated-action.ts'
import type { TreeDeps } from './open-tree.ts'
import { readPatch } from './read-patch.ts'

const defaults = {
  maxCommits: 10_000,
  maxBytes: 256 * 1024 * 1024,
  maxDurationMs: 60_000,
  maxFileBytes: 1024 * 1024,
} as const
/** Commits that one git reads: starting it costs as much as reading some tens of small ones. */
const batchSize = 200
/** What of one batch is held in memory. */
const maxBatchBytes = 48 * 1024 * 1024

/** What the commits of all branches and tags added, newest first, under one decision for the workspace as a whole; files that may not be read are left out by their path. */
export async function* readHistory(
  options: HistoryOptions,
  actions: ActionScope,
  deps: TreeDeps & { readonly searchPath?: string | undefined },
): AsyncGenerator<HistoryAddition, HistoryEnd> {
  const allowed = await actions.authorize({ kind: 'read_tree', path: deps.workspaceRoot })
  try {
    const end = yield* read({ ...defaults, ...options }, deps)
    await allowed.done({ detail: `${end.commits} commits` })
    return end
  } catch (error) {
    await allowed.failed(error)
    throw error
  }
}

async function* read(
  limits: Required<HistoryOptions>,
  deps: TreeDeps & { readonly searchPath?: string | undefined },
): AsyncGenerator<HistoryAddition, HistoryEnd> {
  const { workspaceRoot: cwd, searchPath, signal } = deps
  const timeLimit = AbortSignal.timeout(limits.maxDurationMs)
  const either = AbortSignal.any([signal, timeLimit])
  const git = (args: readonly string[], maxBytes: number) =>
    gitRead(args, { cwd, maxBytes, bigFileBytes: limits.maxFileBytes, ...(searchPath && { searchPath }) }, either)
  const state = { commits: 0, binary: 0, denied: 0, bytes: 0 }
  const ended = (stopped?: HistoryEnd['stopped']): HistoryEnd => ({
    commits: state.commits,
    skipped: { binary: state.binary, denied: state.denied },
    ...(stopped && { stopped }),
  })
  try {
    const listed = await git(
      ['rev-list', '--all', `--max-count=${limits.maxCommits + 1}`],
      (limits.maxCommits + 1) * 65,
    )
    const workTree = findGitDirectory(cwd)?.workTree
    if (listed.exitCode !== 0 || workTree === undefined) return ended('no_repository')
    const commits = listed.stdout.split('\n').filter((line) => line !== '')
    const chosen = commits.slice(0, limits.maxCommits)
    let isCut = false
    for (let first = 0; first < chosen.length; first += batchSize) {
      if (state.bytes >= limits.maxBytes) return ended('bytes')
      const batch = chosen.slice(first, first + batchSize)
      const { stdout, truncated } = await git(
        [...logArguments, ...batch, '--'],
        Math.min(maxBatchBytes, limits.maxBytes - state.bytes),
      )
      state.commits += batch.length
      state.bytes += Buffer.byteLength(stdout)
      isCut ||= truncated
      for (const change of readPatch(stdout)) {
        signal.throwIfAborted()
        const path = join(workTree, change.path)
        const isReadable = deps.gate.mayRead(path)
        if (!isReadable) state.denied++
        else if (change.kind === 'binary') state.binary++
        else yield { ...change.added, path: relative(cwd, path).split(sep).join('/') }
      }
    }
    return ended(commits.length > chosen.length ? 'commits' : isCut ? 'bytes' : undefined)
  } catch (error) {
    if (timeLimit.aborted && !signal.aborted) return ended('time')
    throw error
  }
}

/** One commit begins with the control character 1: no line of a patch does. */
const logArguments = [
  ...['log', '--no-walk=unsorted', '--format=%x01%H %aI', '--patch', '--unified=0', '--no-renames', '--no-color'],
  ...['--diff-filter=AM', '--src-prefix=a/', '--dst-prefix=b/', '--full-index'],
]
