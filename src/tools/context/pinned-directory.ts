import { closeSync, constants, openSync, readlinkSync, realpathSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CodexError } from '../../plugin-api/index.ts'

/**
 * Opens a file for reading that the gate has allowed under its real path, and makes sure that it is that file: between
 * the decision and the opening somebody may have put a symbolic link in the way. Opening a pipe or device does not wait.
 * Synchronous: for a small file each step takes less than handing it to another thread does.
 *
 * @returns a descriptor, to be closed by the caller
 * @throws the `node:fs` error; CodexError `tool.failed` where the path has become another
 */
export function openRealFile(realPath: string): number {
  const descriptor = openSync(realPath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    assertOpened(descriptor, realPath)
    return descriptor
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** A directory that stays the one that was checked, whatever its path becomes meanwhile. */
export interface PinnedDirectory {
  /** A path for `node:fs` by which the entry of that name is reached. */
  entry(name: string): string
  close(): Promise<void>
}

/**
 * Pins the directory at a real path. On Linux its entries are then reached through the open descriptor
 * (proc(5), `/proc/[pid]/fd/`), elsewhere through the path, which leaves a short moment to swap it.
 *
 * @throws the `node:fs` error; CodexError `tool.failed` where the path has become another
 */
export async function pinDirectory(realPath: string): Promise<PinnedDirectory> {
  const handle = await open(realPath, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    assertOpened(handle.fd, realPath)
  } catch (error) {
    await handle.close()
    throw error
  }
  const base = process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : realPath
  return { entry: (name) => join(base, name), close: () => handle.close() }
}

/** Makes a directory and its missing parents, none through a symbolic link; gives the ones that it made, outermost first. */
export async function makeDirectories(realPath: string): Promise<readonly string[]> {
  const made: string[] = []
  const make = async (path: string): Promise<void> => {
    if (await isDirectory(path)) return
    const parentPath = dirname(path)
    await make(parentPath)
    const parent = await pinDirectory(parentPath)
    try {
      await mkdir(parent.entry(basename(path)))
      made.push(path)
    } finally {
      await parent.close()
    }
  }
  await make(realPath)
  return made
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    const pinned = await pinDirectory(path)
    await pinned.close()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

function assertOpened(descriptor: number, realPath: string): void {
  const opened = process.platform === 'linux' ? readlinkSync(`/proc/self/fd/${descriptor}`) : realpathSync(realPath)
  if (opened === realPath) return
  throw new CodexError('tool.failed', `${realPath} was replaced while it was being opened`, {
    hint: 'Look at what changes it, and try again.',
  })
}
