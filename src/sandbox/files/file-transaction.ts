import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  type Stats,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'
import { fileError, fileErrorCode } from './file-error.ts'
import {
  type FileIdentity,
  identityOf,
  makeDirectories,
  type PinnedDirectory,
  pinDirectory,
  pinIfThere,
  removeEmptyDirectories,
} from './pinned-directory.ts'

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

/** Writes that become visible together, or not at all. Synchronous: each step takes less than handing it to another thread does. */
export interface FileTransaction {
  /** Writes the content aside, in the file's own directory, whose missing parents it makes; gives what was written aside. */
  stage(write: FileWrite): FileIdentity | undefined
  /** Puts all staged files in place, in order; where one fails, puts back the ones before. */
  commit(): void
  /** Takes a commit back; before `close`. */
  revert(): void
  /** Removes all that is not meant to stay. May be called again. */
  close(): void
}

/** Beside the file that it stands for: the new content, and what was there before. */
export function asideNames(id: string, index: number): { readonly newName: string; readonly oldName: string } {
  return { newName: `.codex-${id}-${index}.new`, oldName: `.codex-${id}-${index}.old` }
}

interface StagedWrite extends FileWrite {
  readonly directory: PinnedDirectory
  readonly name: string
  readonly newPath: string
  readonly oldPath: string
}

/** @param id part of the names of what lies aside meanwhile: one that no other transaction has */
export function openFileTransaction(id: string): FileTransaction {
  const staged: StagedWrite[] = []
  const directories = new Map<string, PinnedDirectory>()
  const madeDirectories: string[] = []
  let isCommitted = false
  const undo: (() => void)[] = []
  const revert = (): void => {
    isCommitted = false
    for (const step of undo.splice(0).toReversed()) step()
  }
  const pin = (realPath: string, isMade: boolean): PinnedDirectory => {
    let directory = directories.get(realPath) ?? pinIfThere(realPath)
    if (directory === undefined && isMade) makeDirectories(realPath, madeDirectories)
    directory ??= pinDirectory(realPath)
    directories.set(realPath, directory)
    return directory
  }

  return {
    stage(write) {
      if (write.content !== undefined && write.link === undefined) assertNoLink(write.path)
      const directory = pin(dirname(write.realPath), write.content !== undefined)
      const name = basename(write.realPath)
      const { newName, oldName } = asideNames(id, staged.length)
      const newPath = directory.entry(newName)
      staged.push({ ...write, directory, name, newPath, oldPath: directory.entry(oldName) })
      try {
        const current = currentFile(directory.entry(name), write)
        if (write.content === undefined) return undefined
        if (write.link) symlinkSync(Buffer.from(write.content), newPath)
        else writeAside(newPath, write, write.content, current?.isSymbolicLink() ? undefined : current)
        return identityOf(lstatSync(newPath, { bigint: true }))
      } catch (error) {
        throw namedAsAsked(error, write.realPath, directory)
      }
    },

    commit() {
      try {
        for (const write of staged) {
          try {
            putInPlace(write, undo)
          } catch (error) {
            throw namedAsAsked(error, write.realPath, write.directory)
          }
        }
        isCommitted = true
      } catch (error) {
        revert()
        throw error
      }
    },
    revert,

    close() {
      for (const { newPath, oldPath } of staged.splice(0)) {
        if (!isCommitted) removeIfThere(newPath)
        removeIfThere(oldPath)
      }
      for (const directory of directories.values()) directory.close()
      directories.clear()
      if (!isCommitted) removeEmptyDirectories(madeDirectories.splice(0))
    },
  }
}

/** An error of `node:fs` names the file that was meant, and not a descriptor and what lies aside. */
function namedAsAsked(error: unknown, realPath: string, directory: PinnedDirectory): unknown {
  const code = fileErrorCode(error)
  if (code === undefined || !(error instanceof Error) || !error.message.includes(directory.entry(''))) return error
  const [problem = error.message] = error.message.split(/, \w+ '/)
  return Object.assign(new Error(`${problem}, '${realPath}'`, { cause: error }), { code, path: realPath })
}

/** Keeps what is there under `oldPath`, then replaces or removes it; pushes the way back before each step that needs one. */
function putInPlace(write: StagedWrite, undo: (() => void)[]): void {
  const target = write.directory.entry(write.name)
  const current = currentFile(target, write, write.change === 'create')
  if (write.content === undefined) {
    renameSync(target, write.oldPath)
    undo.push(() => renameSync(write.oldPath, target))
    return
  }
  if (current?.isSymbolicLink()) renameSync(target, write.oldPath)
  else if (current) keepCopy(target, write.oldPath, current)
  renameSync(write.newPath, target)
  undo.push(() => (current ? renameSync(write.oldPath, target) : unlinkSync(target)))
}

/** A second name for the same file where the file system has that, which leaves no moment without the file. */
function keepCopy(target: string, copy: string, current: Stats): void {
  try {
    linkSync(target, copy)
  } catch {
    // No hard links here, or not to this file: a copy does as well. If that fails too, its error is the one to show.
    copyFileSync(target, copy)
    whereItMay(() => chownSync(copy, current.uid, current.gid))
    chmodSync(copy, current.mode & 0o7777)
  }
}

function writeAside(
  path: string,
  { mode, executable, realPath }: FileWrite,
  content: string | Uint8Array,
  current: Stats | undefined,
): void {
  const descriptor = openSync(path, 'wx', mode ?? 0o666)
  try {
    writeFileSync(descriptor, content)
    if (current) keepOwner(descriptor, current)
    // After the owner, whose change clears the set-id bits.
    const wanted = mode ?? (current && current.mode & 0o7777)
    if (executable !== undefined)
      giveMode(descriptor, executableAs(executable, wanted ?? fstatSync(descriptor).mode & 0o7777), realPath)
    else if (wanted !== undefined) giveMode(descriptor, wanted, realPath)
  } finally {
    closeSync(descriptor)
  }
}

/** Nothing in a sandbox may set the set-user-ID bit: what a model has changed is not to run as somebody else. */
function giveMode(descriptor: number, mode: number, realPath: string): void {
  try {
    fchmodSync(descriptor, mode)
  } catch (error) {
    if (fileErrorCode(error) !== 'EPERM' || (mode & 0o4000) === 0) throw error
    throw new CodexError('tool.failed', `${realPath} has the set-user-ID bit, which a changed file is not given`, {
      hint: 'Change it yourself, or take the bit away before (chmod u-s).',
      cause: error,
    })
  }
}

/** Whoever may read a program may run it. */
function executableAs(executable: boolean, mode: number): number {
  return executable ? mode | ((mode & 0o444) >> 2) : mode & ~0o111
}

function keepOwner(descriptor: number, current: Stats): void {
  const made = fstatSync(descriptor)
  if (made.uid === current.uid && made.gid === current.gid) return
  whereItMay(() => fchownSync(descriptor, current.uid, current.gid))
}

/** Who may write a file but not give files away owns the new one, as with an editor that writes aside. */
function whereItMay(chown: () => void): void {
  try {
    chown()
  } catch (error) {
    // EINVAL: an owner who has no number in this user namespace.
    if (!['EPERM', 'EINVAL'].includes(fileErrorCode(error) ?? '')) throw error
  }
}

/**
 * What stands at the target, checked to be replaceable. Undefined where nothing does, which is right for a file that is
 * to be created; `mayBeMissing` is for a file that an earlier step of the same transaction moves away or brings.
 */
function currentFile(target: string, write: FileWrite, mayBeMissing = true): Stats | undefined {
  const current = lstatSync(target, { throwIfNoEntry: false })
  if (current === undefined) {
    if (mayBeMissing) return undefined
    throw fileError('ENOENT', 'no such file or directory', write.realPath)
  }
  // Removing a link removes the link.
  const mayBeLink = write.change === 'delete' || write.link !== undefined
  if (current.isFile() || (mayBeLink && current.isSymbolicLink())) return current
  if (current.isSymbolicLink()) assertNoLink(target)
  if (current.isDirectory()) throw fileError('EISDIR', 'illegal operation on a directory', write.realPath)
  throw fileError('EINVAL', 'not a regular file', write.realPath)
}

/** A write through a link would land elsewhere than its path says, even if that place may be written. */
function assertNoLink(path: string): void {
  if (!statOf(path)?.isSymbolicLink()) return
  const target = readlinkSync(path)
  throw new CodexError('tool.failed', `${path} is a symbolic link to ${target}; it is not written through`, {
    hint: `Change ${target} by its own path.`,
  })
}

function removeIfThere(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) unlinkSync(path)
}

/** Undefined where nothing is, also below what is no directory. */
function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (fileErrorCode(error) === 'ENOTDIR') return undefined
    throw error
  }
}
