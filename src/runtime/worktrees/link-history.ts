import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findGitDirectory } from '../../sandbox/find-git-directory.ts'
import { gitRead } from '../../sandbox/git-read.ts'
import { openPrivateGit } from '../../sandbox/private-git.ts'
import type { Kernel } from '../load-kernel.ts'
import { programIdentity } from './program-identity.ts'
import { plainAttributes } from './record-copies.ts'
import type { RunDirectory } from './run-directory.ts'

const maxReferencesBytes = 16 * 1024 * 1024

/**
 * Makes a copy a worktree of a repository of the run: its HEAD is a commit on no branch that holds what the copy began with, behind the last
 * commit of the workspace, so that status, diff, log and blame tell what they would tell there. Contents and history are read from the
 * workspace's repository, which is not written. Nothing where the workspace is not the root of a git repository.
 *
 * @param tree that was checked out, with the program's own index of it
 * @throws CodexError `internal`; the `node:fs` error; the abort reason
 */
export async function linkHistory(
  copy: { readonly name: string; readonly tree: string; readonly title: string },
  run: RunDirectory,
  kernel: Kernel,
  signal: AbortSignal,
): Promise<void> {
  const { places, options } = kernel
  const repository = findGitDirectory(places.workspaceRoot)
  if (repository?.workTree !== places.workspaceRoot) return
  const searchPath = options.env.PATH === undefined ? {} : { searchPath: options.env.PATH }
  const read = async (...args: readonly string[]): Promise<string> => {
    const asked = { cwd: places.workspaceRoot, maxBytes: maxReferencesBytes, ...searchPath }
    const { exitCode, stdout } = await gitRead(args, asked, signal)
    return exitCode === 0 ? stdout : ''
  }
  // The records name contents as almost all repositories do; those of others cannot be joined with them.
  if ((await read('rev-parse', '--show-object-format')).trim() === 'sha256') return
  const [head, references] = [
    (await read('rev-parse', '--verify', '--quiet', 'HEAD^{commit}')).trim(),
    await read('for-each-ref', '--format=%(objectname) %(refname)'),
  ]
  await makeStore(run, repository.commonDir, references)
  const git = openPrivateGit({ gitDir: run.store, workTree: places.workspaceRoot, ...searchPath })
  if (git === undefined) return
  const parents = head === '' ? [] : ['-p', head]
  const made = await git.run([...programIdentity, 'commit-tree', copy.tree, ...parents, '-m', copy.title], {}, signal)
  const own = join(run.store, 'worktrees', copy.name)
  await mkdir(own, { recursive: true, mode: 0o700 })
  await copyFile(join(run.copyRecord(copy.name), 'index'), join(own, 'index'))
  await writeFile(join(own, 'commondir'), '../..\n')
  await writeFile(join(own, 'gitdir'), `${join(run.copy(copy.name), '.git')}\n`)
  await writeFile(join(own, 'HEAD'), made.stdout)
  await writeFile(join(run.copy(copy.name), '.git'), `gitdir: ${own}\n`)
}

/** As of `git init --bare`, with the objects and references of two others (gitrepository-layout(5)). */
async function makeStore(run: RunDirectory, commonDir: string, references: string): Promise<void> {
  const { store } = run
  for (const name of ['objects/info', 'refs', 'info']) await mkdir(join(store, name), { recursive: true, mode: 0o700 })
  const write = (name: string, text: string | Buffer) => writeFile(join(store, name), text)
  const [excluded, shallow] = await Promise.all(
    ['info/exclude', 'shallow'].map((name) => readFile(join(commonDir, name)).catch(() => undefined)),
  )
  if (excluded) await write('info/exclude', excluded)
  if (shallow) await write('shallow', shallow)
  await write('info/attributes', plainAttributes)
  await write('objects/info/alternates', `${join(run.record, 'objects')}\n${join(commonDir, 'objects')}\n`)
  await write('packed-refs', `# pack-refs with: sorted\n${references}`)
  await write('HEAD', 'ref: refs/heads/none\n')
  await write('config', '[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tautocrlf = false\n[gc]\n\tauto = 0\n')
}
