import { lstatSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { readPointerFile } from '../security/sandbox-policy/read-pointer-file.ts'

/** Where a repository keeps what; absolute paths. */
export interface GitDirectory {
  /** Directory that holds the `.git` entry. */
  readonly workTree: string
  /** What belongs to this work tree: HEAD, index. */
  readonly gitDir: string
  /** What all work trees share: objects, refs, config; else the same as `gitDir`. */
  readonly commonDir: string
}

/**
 * The repository that a directory lies in: the nearest `.git` upwards, a directory or a `gitdir:` file; undefined where
 * there is none. A bare repository is none, since one can be hidden among a project's files. Runs nothing.
 */
export function findGitDirectory(cwd: string): GitDirectory | undefined {
  for (let directory = realPathOf(cwd); directory !== undefined; directory = parentOf(directory)) {
    const entry = join(directory, '.git')
    if (lstatSync(entry, { throwIfNoEntry: false }) === undefined) continue
    const gitDir = gitDirectoryAt(entry, directory)
    if (gitDir !== undefined) return { workTree: directory, gitDir, commonDir: commonDirectoryOf(gitDir) }
  }
  return undefined
}

function gitDirectoryAt(entry: string, directory: string): string | undefined {
  const status = statSync(entry, { throwIfNoEntry: false })
  if (status?.isDirectory()) return hasHead(entry) ? entry : undefined
  if (!status?.isFile()) return undefined
  const target = /^gitdir: (.+)$/m.exec(readPointerFile(entry) ?? '')?.[1]
  const gitDir = target === undefined ? undefined : resolve(directory, target.trimEnd())
  return gitDir !== undefined && hasHead(gitDir) ? gitDir : undefined
}

const hasHead = (gitDir: string): boolean => lstatSync(join(gitDir, 'HEAD'), { throwIfNoEntry: false }) !== undefined

/** gitrepository-layout(5): a linked work tree names the shared directory in the file `commondir`. */
function commonDirectoryOf(gitDir: string): string {
  const file = join(gitDir, 'commondir')
  const named = readPointerFile(file)
  return named === undefined ? gitDir : resolve(gitDir, named.trimEnd())
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

function parentOf(directory: string): string | undefined {
  const parent = dirname(directory)
  return parent === directory ? undefined : parent
}
