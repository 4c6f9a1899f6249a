import { lstat, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'

export interface Workspace {
  /** Real path of the working directory. */
  readonly cwd: string
  /** Real path of the nearest directory, from the working directory up, that holds a marker; else of the working directory. */
  readonly root: string
  /** True where the working directory lies in a git repository. */
  readonly isRepository: boolean
}

/** Finds the workspace of a directory. No markers: the directory itself. @throws CodexError `config.invalid` where it is none */
export async function findWorkspace(cwd: string, markers: readonly string[]): Promise<Workspace> {
  const start = await realDirectory(cwd)
  const directories = ancestors(start)
  const root = await firstHolding(directories, markers)
  const repository = await firstHolding(directories, ['.git'])
  return { cwd: start, root: root ?? start, isRepository: repository !== undefined }
}

/** A directory and all above it, nearest first. */
function ancestors(directory: string): readonly string[] {
  const parent = dirname(directory)
  return parent === directory ? [directory] : [directory, ...ancestors(parent)]
}

async function firstHolding(directories: readonly string[], names: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    for (const name of names) if (await isThere(join(directory, name))) return directory
  }
  return undefined
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

async function realDirectory(cwd: string): Promise<string> {
  const unopened = (problem: string, cause?: unknown) =>
    new CodexError('config.invalid', `The working directory ${cwd} cannot be opened: ${problem}`, {
      cause,
      hint: 'Name a directory that exists with -C.',
    })
  const real = await realpath(cwd).catch((cause: unknown) => {
    throw unopened('No such file or directory', cause)
  })
  if (!(await stat(real)).isDirectory()) throw unopened('Not a directory')
  return real
}
