import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'
import { findGitDirectory } from '../../sandbox/find-git-directory.ts'
import { openPrivateGit, type PrivateGit } from '../../sandbox/private-git.ts'
import { isAtOrBelow } from '../../security/permissions/path-pattern.ts'
import { protectedPaths } from '../../security/protected-paths.ts'
import { defaultLimits, recordTree } from '../../thread/undo/record-tree.ts'
import type { Kernel } from '../load-kernel.ts'
import { trackedIgnored } from '../undo/tracked-ignored.ts'
import { kernelAt } from './kernel-at.ts'
import type { RunDirectory } from './run-directory.ts'

/** What a directory was at one moment. */
export interface Recorded {
  /** Name of a git tree. */
  readonly tree: string
  /** Paths that are there, not ignored, and not in the tree. Relative to the root. */
  readonly missing: readonly { readonly path: string; readonly reason: string }[]
}

/** Records of a workspace and of its copies, in one git directory that no thread writes. */
export interface CopyRecords {
  /** git over that directory. */
  readonly git: PrivateGit
  /** The workspace as it is. @throws CodexError `tool.failed` where it is too large; the abort reason */
  workspace(signal: AbortSignal): Promise<Recorded>
  /** Makes a copy of a tree and an index of it. @throws CodexError `internal`; the `node:fs` error; the abort reason */
  checkOut(name: string, tree: string, signal: AbortSignal): Promise<void>
  /** A copy as it is. @throws as `workspace` */
  copy(name: string, signal: AbortSignal): Promise<Recorded>
}

/** Contents go in and out byte for byte, and are merged as the text that they are, whatever the repository says. */
export const plainAttributes = '* -text -eol -filter -ident -working-tree-encoding !merge !conflict-marker-size\n'

/** @throws CodexError `tool.failed` where git is not installed; the `node:fs` error */
export async function openCopyRecords(run: RunDirectory, kernel: Kernel): Promise<CopyRecords> {
  const { places, options } = kernel
  const searchPath = options.env.PATH === undefined ? {} : { searchPath: options.env.PATH }
  const gitAt = (gitDir: string, workTree: string): PrivateGit => {
    const git = openPrivateGit({ gitDir, workTree, ...searchPath })
    if (git !== undefined) return git
    throw new CodexError('tool.failed', 'Agents that write at the same time need git, which is not installed', {
      hint: 'Install git, or let the tasks read only.',
    })
  }
  await makeRepository(run.record, places.workspaceRoot)
  const git = gitAt(run.record, places.workspaceRoot)

  const record = async (
    gitDir: string,
    { places: at }: Kernel,
    trackedIgnored: (signal: AbortSignal) => Promise<readonly string[]>,
    signal: AbortSignal,
  ): Promise<Recorded> => {
    const { workspaceRoot: workTree, codexHome } = at
    const guarded = protectedPaths(at)
    const place = { git: gitAt(gitDir, workTree), gitDir, workTree }
    // A workspace may hold CODEX_HOME; a copy lies in it.
    const isOwn = (path: string) => isAtOrBelow(path, codexHome) && !isAtOrBelow(workTree, codexHome)
    const mayRecord = (path: string) => guarded.secret(path) === undefined && !isOwn(path)
    const made = await recordTree(
      defaultLimits,
      { ...place, trackedIgnored, mayRecord, isTakenAwayWhole: true },
      signal,
    )
    if ('off' in made) {
      throw new CodexError('tool.failed', `${workTree} cannot be copied: ${made.off}`, {
        hint: 'Let git ignore what need not be copied (.gitignore).',
      })
    }
    const left = await place.git.run(['ls-files', '-z', '--others', '--exclude-standard'], {}, signal)
    const others = left.stdout.toString('utf8').split('\0').filter(Boolean)
    const missing = new Map(others.map((path) => [path.replace(/\/$/, ''), whyLeft(path)]))
    for (const path of made.leftOut) missing.set(path, 'it is larger than 10 MiB')
    return { tree: made.tree, missing: [...missing].map(([path, reason]) => ({ path, reason })) }
  }

  return {
    git,
    workspace: (signal) => record(run.record, kernel, (given) => trackedIgnored(kernel, given), signal),
    async checkOut(name, tree, signal) {
      const [gitDir, directory] = [run.copyRecord(name), run.copy(name)]
      await mkdir(join(gitDir, 'info'), { recursive: true, mode: 0o700 })
      await mkdir(directory, { mode: 0o700 })
      await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n')
      await writeFile(join(gitDir, 'commondir'), '../..\n')
      await writeFile(join(gitDir, 'info', 'attributes'), plainAttributes)
      await gitAt(gitDir, directory).run(['read-tree', '--reset', '-u', tree], {}, signal)
    },
    copy: (name, signal) => record(run.copyRecord(name), kernelAt(kernel, run.copy(name)), async () => [], signal),
  }
}

function whyLeft(path: string): string {
  if (path.endsWith('/')) return 'it is a repository of its own'
  if (path.includes('\ufffd')) return 'its name is not UTF-8'
  return 'it is no ordinary file, or its name is one of files with secrets'
}

/** As of `git init` (gitrepository-layout(5)), with what the repository of the workspace ignores by itself. */
async function makeRepository(gitDir: string, workspaceRoot: string): Promise<void> {
  for (const name of ['objects', 'refs', 'info']) await mkdir(join(gitDir, name), { recursive: true, mode: 0o700 })
  const own = findGitDirectory(workspaceRoot)
  const excluded = own && (await readFile(join(own.commonDir, 'info', 'exclude')).catch(() => undefined))
  if (excluded) await writeFile(join(gitDir, 'info', 'exclude'), excluded)
  await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n')
  await writeFile(join(gitDir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = false\n')
  await writeFile(join(gitDir, 'info', 'attributes'), plainAttributes)
}
