import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { GitDirectory } from './find-git-directory.ts'
import { harmlessGitConfig } from './git-config-text.ts'
import { makeMemoryDirectory } from './memory-directory.ts'

/** A git directory of ours that shows a repository's objects, refs and index. */
export interface GitView {
  readonly gitDir: string
  close(): void
}

/** Files of a work tree's own that say what it is in the middle of. */
const ownFiles = ['HEAD', 'ORIG_HEAD', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'BISECT_LOG'] as const
const sharedDirectories = ['objects', 'refs', 'reftable', 'logs'] as const

/**
 * Makes a view of a repository whose configuration is ours. A repository's configuration names programs in more ways
 * than can be switched off one by one (filters have names of its own choice, includes, per-submodule files), so git is
 * never shown it; the attributes in the work tree then name filters and drivers that nobody defines. The index is a copy:
 * git may refresh it, and its hook and the repository's file are not touched.
 */
export function openGitView(repository: GitDirectory): GitView {
  const gitDir = makeMemoryDirectory()
  const close = (): void => rmSync(gitDir, { recursive: true, force: true })
  try {
    const { gitDir: own, commonDir: shared } = repository
    for (const name of ownFiles) copyIfFile(join(own, name), join(gitDir, name))
    for (const name of ['packed-refs', 'shallow']) linkFile(join(shared, name), join(gitDir, name))
    for (const name of sharedDirectories) linkDirectory(join(shared, name), join(gitDir, name))
    mkdirSync(join(gitDir, 'info'))
    copyIfFile(join(shared, 'info', 'exclude'), join(gitDir, 'info', 'exclude'))
    copyIndex(own, gitDir)
    writeFileSync(join(gitDir, 'config'), harmlessGitConfig(readIfFile(join(shared, 'config'))))
    return { gitDir, close }
  } catch (error) {
    close()
    throw error
  }
}

function copyIndex(from: string, to: string): void {
  const index = join(from, 'index')
  const status = statSync(index, { throwIfNoEntry: false })
  if (!status?.isFile()) return
  copyFileSync(index, join(to, 'index'))
  // git compares content where a file is not older than the index: a copy must not look newer than it is.
  utimesSync(join(to, 'index'), Math.floor(status.mtimeMs) / 1000, Math.floor(status.mtimeMs) / 1000)
  for (const name of readdirSync(from)) if (name.startsWith('sharedindex.')) linkFile(join(from, name), join(to, name))
}

function copyIfFile(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false })?.isFile()) copyFileSync(from, to)
}

function readIfFile(file: string): string {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : ''
}

/** Windows lets only administrators make links to files. */
function linkFile(target: string, link: string): void {
  if (process.platform === 'win32') copyIfFile(target, link)
  else if (lstatSync(target, { throwIfNoEntry: false })) symlinkSync(target, link)
}

function linkDirectory(target: string, link: string): void {
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory()) symlinkSync(target, link, 'junction')
}
