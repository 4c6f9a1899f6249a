import { closeSync, constants, fchmodSync, fchownSync, fstatSync, lstatSync, openSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'
import { fileErrorCode } from './file-error.ts'
import { asideNames, type FileWrite } from './file-transaction.ts'
import { type FileIdentity, identityOf, isSameFile, pinDirectory } from './pinned-directory.ts'

/** A file that keeps its owner and group only if this process gives them: in a user namespace those of others have no number. */
export interface LostOwner {
  readonly index: number
  readonly realPath: string
  readonly userId: number
  readonly groupId: number
  readonly mode: number
}

/** Those of the files that are there and belong to others, where this user may give files to them. */
export function lostOwners(files: readonly FileWrite[]): readonly LostOwner[] {
  const own = { user: process.geteuid?.(), group: process.getegid?.() }
  const mayGive = (userId: number, groupId: number): boolean =>
    own.user === 0 || (own.user === userId && (process.getgroups?.().includes(groupId) ?? false))
  return files.flatMap(({ realPath, content, mode, link }, index) => {
    const current = content === undefined || link ? undefined : lstatSync(realPath, { throwIfNoEntry: false })
    if (!current?.isFile() || (current.uid === own.user && current.gid === own.group)) return []
    if (!mayGive(current.uid, current.gid)) return []
    return { index, realPath, userId: current.uid, groupId: current.gid, mode: mode ?? current.mode & 0o7777 }
  })
}

/**
 * Gives them back while they lie aside. Only what the worker has just written, known by its inode, gets another owner.
 * @throws the `node:fs` error; CodexError `tool.failed` where it has become another file
 */
export function giveOwners(owners: readonly LostOwner[], id: string, written: readonly (FileIdentity | null)[]): void {
  for (const { index, realPath, userId, groupId, mode } of owners) {
    const directory = pinDirectory(dirname(realPath))
    try {
      const descriptor = openOwn(directory.entry(asideNames(id, index).newName))
      if (descriptor === undefined) continue
      try {
        const found = fstatSync(descriptor, { bigint: true })
        const expected = written[index]
        if (!expected || !isSameFile(identityOf(found), expected)) throw replaced(realPath)
        if (Number(found.uid) === userId && Number(found.gid) === groupId) continue
        fchownSync(descriptor, userId, groupId)
        // After the owner, whose change clears the set-id bits.
        fchmodSync(descriptor, mode)
      } finally {
        closeSync(descriptor)
      }
    } finally {
      directory.close()
    }
  }
}

/** Undefined for a file that its own mode does not let this user open: it stays with the owner that it has. */
function openOwn(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if (fileErrorCode(error) === 'EACCES') return undefined
    throw error
  }
}

function replaced(realPath: string): CodexError {
  return new CodexError(
    'tool.failed',
    `What was written for ${basename(realPath)} was replaced before it was in place`,
    {
      hint: `Look at what changes ${dirname(realPath)}, and try again.`,
    },
  )
}
