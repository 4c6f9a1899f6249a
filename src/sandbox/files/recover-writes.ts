import { type BigIntStats, lstatSync, renameSync, unlinkSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { asideNames } from './file-transaction.ts'
import { identityOf, isSameFile, pinIfThere, removeEmptyDirectories } from './pinned-directory.ts'
import type { BegunWrites } from './worker-messages.ts'

/**
 * Puts everything back as it was before writes whose process ended in the middle, or clears away where all was in place. What is at a path is taken away only where it is
 * the very file that was written for it.
 *
 * @throws the `node:fs` error; CodexError `tool.failed` where a directory has become another
 */
export function recoverWrites({ id, isPlaced, files, made }: BegunWrites): void {
  for (const [index, { realPath, written }] of [...files.entries()].toReversed()) {
    const directory = pinIfThere(dirname(realPath))
    if (directory === undefined) continue
    try {
      const { newName, oldName } = asideNames(id, index)
      const [target, newPath, oldPath] = [basename(realPath), newName, oldName].map((name) =>
        directory.entry(name),
      ) as [string, string, string] // as many as were given
      const current = statOf(target)
      const isInPlace = current !== undefined && written !== null && isSameFile(identityOf(current), written)
      const isKept = statOf(oldPath) !== undefined
      if (isKept && !isPlaced && (isInPlace || current === undefined)) renameSync(oldPath, target)
      else if (isKept) unlinkSync(oldPath)
      else if (isInPlace && !isPlaced) unlinkSync(target)
      if (statOf(newPath)) unlinkSync(newPath)
    } finally {
      directory.close()
    }
  }
  if (!isPlaced) removeEmptyDirectories(made)
}

function statOf(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })
}
