import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { chown, copyFile, link, lstat, open, readlink, rename, rmdir, symlink, unlink } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { CodexError } from '../../plugin-api/index.ts'
import { makeDirectories, type PinnedDirectory, pinDirectory } from './pinned-directory.ts'
import { fileError } from './read-real-file.ts'

/** One file to write or (without content) to delete. */
export interface FileWrite {
  /** As it was asked for. */
  readonly path: string
  /** As the gate allowed it. */
  readonly realPath: string
  readonly change: 'create' | 'update' | 'delete'
  readonly content: string | Uint8Array | undefined
  /** Absent: that of the file that is there, else the process's default. */
  readonly mode: number | undefined
  /** Whether it is to be executable by whoever may read it; absent: as `mode` says. */
  readonly executable?: boolean
  /** True: a link instead, and the content is where it leads. What is there may be a link, too: it is replaced, never written through. */
  readonly link?: boolean
}

/** Writes that become visible together, or not at all. */
export interface FileTransaction {
  /** Writes the content aside, in the file's own directory, whose missing parents it makes. */
  stage(write: FileWrite): Promise<void>
  /** Puts all staged files in place, in order; where one fails, puts back the ones before. */
  commit(): Promise<void>
  /** Takes a commit back; before `close`. */
  revert(): Promise<void>
  /** Removes all that is not meant to stay. May be called again. */
  close(): Promise<void>
}

interface StagedWrite extends FileWrite {
  readonly directory: PinnedDirectory
  readonly name: string
  readonly newPath: string
  readonly oldPath: string
}

export function openFileTransaction(): FileTransaction {
  const staged: StagedWrite[] = []
  const madeDirectories: string[] = []
  let isCommitted = false
  const undo: (() => Promise<void>)[] = []
  const revert = async () => {
    isCommitted = false
    for (const step of undo.splice(0).toReversed()) await step()
  }

  return {
    async stage(write) {
      if (write.content !== undefined && write.link === undefined) await assertNoLink(write.path)
      if (write.content !== undefined) madeDirectories.push(...(await makeDirectories(dirname(write.realPath))))
      const directory = await pinDirectory(dirname(write.realPath))
      const aside = `.codex-${randomUUID()}`
      const name = basename(write.realPath)
      staged.push({
        ...write,
        directory,
        name,
        newPath: directory.entry(`${aside}.new`),
        oldPath: directory.entry(`${aside}.old`),
      })
      const current = await currentFile(directory.entry(name), write)
      if (write.content === undefined) return
      const newPath = directory.entry(`${aside}.new`)
      if (write.link) await symlink(Buffer.from(write.content), newPath)
      else await writeAside(newPath, write, write.content, current?.isSymbolicLink() ? undefined : current)
    },

    async commit() {
      try {
        for (const write of staged) await putInPlace(write, undo)
        isCommitted = true
      } catch (error) {
        await revert()
        throw error
      }
    },
    revert,

    async close() {
      for (const { newPath, oldPath, directory } of staged.splice(0)) {
        await removeIfThere(newPath)
        await removeIfThere(oldPath)
        await directory.close()
      }
      if (isCommitted) return
      for (const directory of madeDirectories.splice(0).toReversed()) await rmdir(directory)
    },
  }
}

/** Keeps what is there under `oldPath`, then replaces or removes it; pushes the way back before each step that needs one. */
async function putInPlace(write: StagedWrite, undo: (() => Promise<void>)[]): Promise<void> {
  const target = write.directory.entry(write.name)
  const current = await currentFile(target, write, write.change === 'create')
  if (write.content === undefined) {
    await rename(target, write.oldPath)
    undo.push(() => rename(write.oldPath, target))
    return
  }
  if (current?.isSymbolicLink()) await rename(target, write.oldPath)
  else if (current) await keepCopy(target, write.oldPath, current)
  await rename(write.newPath, target)
  undo.push(() => (current ? rename(write.oldPath, target) : unlink(target)))
}

/** A second name for the same file where the file system has that, which leaves no moment without the file. */
async function keepCopy(target: string, copy: string, current: Stats): Promise<void> {
  try {
    await link(target, copy)
  } catch {
    // No hard links here, or not to this file: a copy does as well. If that fails too, its error is the one to show.
    await copyFile(target, copy)
    await chown(copy, current.uid, current.gid)
  }
}

async function writeAside(
  path: string,
  { mode, executable }: FileWrite,
  content: string | Uint8Array,
  current: Stats | undefined,
): Promise<void> {
  const handle = await open(path, 'wx', mode ?? 0o666)
  try {
    await handle.writeFile(content)
    if (current) await keepOwner(handle, current)
    // After the owner, whose change clears the set-id bits.
    const wanted = mode ?? (current && current.mode & 0o7777)
    if (executable !== undefined)
      await handle.chmod(executableAs(executable, wanted ?? (await handle.stat()).mode & 0o7777))
    else if (wanted !== undefined) await handle.chmod(wanted)
  } finally {
    await handle.close()
  }
}

/** Whoever may read a program may run it. */
function executableAs(executable: boolean, mode: number): number {
  return executable ? mode | ((mode & 0o444) >> 2) : mode & ~0o111
}

async function keepOwner(
  handle: { chown(uid: number, gid: number): Promise<void>; stat(): Promise<Stats> },
  current: Stats,
) {
  const made = await handle.stat()
  if (made.uid === current.uid && made.gid === current.gid) return
  try {
    await handle.chown(current.uid, current.gid)
  } catch (error) {
    // Who may write a file but not give files away owns the new one, as with an editor that writes aside.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) throw error
  }
}

/**
 * What stands at the target, checked to be replaceable. Undefined where nothing does, which is right for a file that is
 * to be created; `mayBeMissing` is for a file that an earlier step of the same transaction moves away or brings.
 */
async function currentFile(target: string, write: FileWrite, mayBeMissing = true): Promise<Stats | undefined> {
  let current: Stats
  try {
    current = await lstat(target)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    if (mayBeMissing) return undefined
    throw fileError('ENOENT', 'no such file or directory', write.realPath)
  }
  // Removing a link removes the link.
  const mayBeLink = write.change === 'delete' || write.link !== undefined
  if (current.isFile() || (mayBeLink && current.isSymbolicLink())) return current
  if (current.isSymbolicLink()) await assertNoLink(target)
  if (current.isDirectory()) throw fileError('EISDIR', 'illegal operation on a directory', write.realPath)
  throw fileError('EINVAL', 'not a regular file', write.realPath)
}

/** A write through a link would land elsewhere than its path says, even if that place may be written. */
async function assertNoLink(path: string): Promise<void> {
  let target: string
  try {
    target = await readlink(path)
  } catch (error) {
    // EINVAL is readlink(2) for "no link"; ENOENT and ENOTDIR: nothing is there yet.
    if (error instanceof Error && 'code' in error && ['EINVAL', 'ENOENT', 'ENOTDIR'].includes(String(error.code)))
      return
    throw error
  }
  throw new CodexError('tool.failed', `${path} is a symbolic link to ${target}; it is not written through`, {
    hint: `Change ${target} by its own path.`,
  })
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
