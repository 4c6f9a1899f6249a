import { lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { abandonedPaths, isHeld, removeAbandoned, takeHold } from './placeholder-holds.ts'

export interface Placeholder {
  /** Removes it, if no other command holds it and it is still empty. */
  release(): void
}

/** Of a sweep: a program is started more often than one is killed. */
const mostSwept = 200

/**
 * Makes an empty entry where a protected path is missing, so that it can be covered and nothing can be made there.
 * Removing it on the host would also take the cover away from another command's sandbox (rmdir detaches mounts of other
 * namespaces), so each command leaves a hold, named by its process, and the last one removes the entry. A hold of a
 * process that is gone counts for nothing; an entry that such a process left behind goes with the next command's, or
 * with the next sweep.
 */
export function holdPlaceholder(path: string, kind: 'file' | 'directory'): Placeholder {
  const hold = takeHold(path)
  try {
    makeEmpty(path, kind)
  } catch (error) {
    hold.end(() => undefined)
    throw error
  }
  return { release: () => hold.end(() => removeEmpty(path)) }
}

/** True where an empty entry is a placeholder that some command made, living or not. */
export function isHeldPlaceholder(path: string): boolean {
  return isEmptyEntry(path) && isHeld(path)
}

/** Removes the placeholders that killed programs left, also where no command runs any more. */
export function sweepPlaceholders(): void {
  for (const path of abandonedPaths(mostSwept)) {
    try {
      removeAbandoned(path, () => removeEmpty(path))
    } catch {
      // It may not be removed now: its holds stay, for a later sweep.
    }
  }
}

/** Nothing, but for git's `commondir`, which may not be empty: there it says the directory itself, as without the file. */
function contentOf(path: string): string {
  return basename(path) === 'commondir' ? '.\n' : ''
}

function makeEmpty(path: string, kind: 'file' | 'directory'): void {
  try {
    if (kind === 'directory') mkdirSync(path)
    else writeFileSync(path, contentOf(path), { flag: 'wx' })
  } catch (error) {
    // Another command's placeholder, made a moment ago.
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

function isEmptyEntry(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false })
  if (status?.isDirectory()) return readdirSync(path).length === 0
  return status?.isFile() === true && status.size < 8 && readFileSync(path, 'utf8') === contentOf(path)
}

function removeEmpty(path: string): void {
  try {
    if (!isEmptyEntry(path)) return
    if (lstatSync(path).isDirectory()) rmdirSync(path)
    else unlinkSync(path)
  } catch (error) {
    // Somebody put something in it, or removed it: then it is theirs.
    if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'ENOENT')) throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
