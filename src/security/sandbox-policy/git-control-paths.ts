import { lstat, readdir, realpath } from 'node:fs/promises'
import path from 'node:path'
import { readPointerFile } from './read-pointer-file.ts'

/** Control files that are protected even where they are missing: a backend puts a harmless one in their place meanwhile. */
const always = ['hooks', 'config', 'config.worktree', 'info/attributes', 'commondir'] as const
/** Protected where they exist: git takes a directory that holds one for a linked worktree. */
const wherePresent = ['gitdir'] as const
/** Submodules inside submodules are followed this deep. */
const maxDepth = 6

/**
 * What must stay as it is of the repository whose `.git` entry this is: what makes git run programs or look elsewhere, also of its
 * submodules and worktrees. Of a `.git` file (submodule, worktree), the file and the directory that it names.
 */
export async function gitControlPaths(entry: string): Promise<readonly string[]> {
  const stat = await lstat(entry)
  if (stat.isDirectory()) return [...(await controlsOf(entry)), ...(await innerControls(entry))]
  if (!stat.isFile()) return [entry]
  const directory = await namedDirectory(entry)
  if (directory === undefined) return [entry]
  const common = await commonDirectory(directory)
  const own = common === undefined ? await innerControls(directory) : await innerControls(common)
  const controls = await Promise.all([directory, ...(common === undefined ? [] : [common])].map(controlsOf))
  return [...new Set([entry, ...controls.flat(), ...own])]
}

async function controlsOf(gitDir: string): Promise<readonly string[]> {
  const present = await Promise.all(
    wherePresent.map(async (name) => ((await exists(path.join(gitDir, name))) ? [path.join(gitDir, name)] : [])),
  )
  return [...always.map((name) => path.join(gitDir, name)), ...present.flat()]
}

async function innerControls(gitDir: string): Promise<readonly string[]> {
  const worktrees = await directoriesIn(path.join(gitDir, 'worktrees'))
  // A worktree has submodules of its own.
  const modules = await Promise.all(
    [gitDir, ...worktrees].map((directory) => repositoriesBelow(path.join(directory, 'modules'), maxDepth)),
  )
  const controls = await Promise.all([...modules.flat(), ...worktrees].map(controlsOf))
  return controls.flat()
}

/** Directories with a `HEAD` are repositories; a submodule's name may have slashes. */
async function repositoriesBelow(directory: string, depth: number): Promise<readonly string[]> {
  if (depth === 0) return []
  const found = await Promise.all(
    (await directoriesIn(directory)).map(async (inner) =>
      (await exists(path.join(inner, 'HEAD')))
        ? [inner, ...(await repositoriesBelow(path.join(inner, 'modules'), depth - 1))]
        : repositoriesBelow(inner, depth - 1),
    ),
  )
  return found.flat()
}

async function directoriesIn(directory: string): Promise<readonly string[]> {
  if (!(await exists(directory))) return []
  const entries = await readdir(directory, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(directory, entry.name))
}

/** The directory of a `gitdir: PATH` file; undefined where it names none that exists. */
export async function namedDirectory(file: string): Promise<string | undefined> {
  const named = /^gitdir: (.+)/.exec(readPointerFile(file) ?? '')?.[1]?.trimEnd()
  return named === undefined ? undefined : realPathOf(path.resolve(path.dirname(file), named))
}

/** What a linked worktree shares with others; undefined for a directory that is no worktree's. */
export async function commonDirectory(gitDir: string): Promise<string | undefined> {
  const file = path.join(gitDir, 'commondir')
  const named = readPointerFile(file)
  return named === undefined ? undefined : realPathOf(path.resolve(gitDir, named.trimEnd()))
}

async function realPathOf(file: string): Promise<string | undefined> {
  return (await exists(file)) ? realpath(file) : undefined
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** Whether a file is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
