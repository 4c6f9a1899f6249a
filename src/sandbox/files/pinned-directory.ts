import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'
import { fileErrorCode } from './file-error.ts'

/**
 * Opens a file for reading that the gate has allowed under its real path, and makes sure that it is that file: between
 * the decision and the opening somebody may have put a symbolic link in the way. Opening a pipe or device does not wait.
 * Synchronous: for a small file each step takes less than handing it to another thread does.
 *
 * @returns a descriptor, to be closed by the caller
 * @throws the `node:fs` error; CodexError `tool.failed` where the path has become another
 */
export function openRealFile(realPath: string): number {
  return openChecked(realPath, constants.O_NOFOLLOW | constants.O_NONBLOCK)
}

/** Which file or directory something is, whatever its path: device and inode, in digits. */
export interface FileIdentity {
  readonly dev: string
  readonly ino: string
}

export function identityOf({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): FileIdentity {
  return { dev: String(dev), ino: String(ino) }
}

export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.dev === b.dev && a.ino === b.ino
}

/** A directory that stays the one that was checked, whatever its path becomes meanwhile. */
export interface PinnedDirectory {
  readonly realPath: string
  /** A path for `node:fs` by which the entry of that name is reached. */
  entry(name: string): string
  identity(): FileIdentity
  close(): void
}

/**
 * Pins the directory at a real path. On Linux its entries are then reached through the open descriptor
 * (proc(5), `/proc/[pid]/fd/`), elsewhere through the path, which leaves a short moment to swap it.
 *
 * @throws the `node:fs` error; CodexError `tool.failed` where the path has become another
 */
export function pinDirectory(realPath: string): PinnedDirectory {
  const descriptor = openChecked(realPath, constants.O_DIRECTORY | constants.O_NOFOLLOW)
  const base = process.platform === 'linux' ? `/proc/self/fd/${descriptor}` : realPath
  return {
    realPath,
    entry: (name) => join(base, name),
    identity: () => identityOf(fstatSync(descriptor, { bigint: true })),
    close: () => closeSync(descriptor),
  }
}

/** The same; undefined where nothing is. */
export function pinIfThere(realPath: string): PinnedDirectory | undefined {
  try {
    return pinDirectory(realPath)
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Makes a directory and its missing parents, none through a symbolic link; adds those that it makes to `made`, outermost first. */
export function makeDirectories(realPath: string, made: string[]): void {
  const known = pinIfThere(realPath)
  known?.close()
  if (known) return
  makeDirectories(dirname(realPath), made)
  const parent = pinDirectory(dirname(realPath))
  try {
    mkdirSync(parent.entry(basename(realPath)))
    made.push(realPath)
  } finally {
    parent.close()
  }
}

/** Removes the directories that are empty, innermost first; one that is gone or in which somebody has put something stays as it is. */
export function removeEmptyDirectories(realPaths: readonly string[]): void {
  for (const realPath of realPaths.toReversed()) {
    try {
      const parent = pinDirectory(dirname(realPath))
      try {
        rmdirSync(parent.entry(basename(realPath)))
      } finally {
        parent.close()
      }
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(fileErrorCode(error) ?? '')) throw error
    }
  }
}

function openChecked(realPath: string, flags: number): number {
  const descriptor = openSync(realPath, constants.O_RDONLY | flags)
  try {
    const opened = process.platform === 'linux' ? readlinkSync(`/proc/self/fd/${descriptor}`) : realpathSync(realPath)
    if (opened === realPath) return descriptor
    throw new CodexError('tool.failed', `${realPath} was replaced while it was being opened`, {
      hint: 'Look at what changes it, and try again.',
    })
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}
