import { hash, randomUUID } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { privateDirectory } from './private-directory.ts'

export interface Placeholder {
  /** Removes it, if no other command holds it and it is still empty. */
  release(): void
}

/**
 * Makes an empty entry where a protected path is missing, so that it can be covered and nothing can be made there.
 * Removing it on the host would also take the cover away from another command's sandbox (rmdir detaches mounts of other
 * namespaces), so each command leaves a hold, named by its process, and the last one removes the entry. A hold of a
 * process that is gone counts for nothing; an entry that such a process left behind goes with the next command's.
 */
export function holdPlaceholder(path: string, kind: 'file' | 'directory'): Placeholder {
  const directory = holdsDirectory()
  const prefix = prefixOf(path)
  const hold = join(directory, `${prefix}${process.pid}.${randomUUID()}`)
  writeFileSync(hold, '', { flag: 'wx' })
  try {
    makeEmpty(path, kind)
  } catch (error) {
    unlinkSync(hold)
    throw error
  }
  return {
    release() {
      rmSync(hold, { force: true })
      if (livingHolds(directory, prefix) === 0) removeEmpty(path)
    },
  }
}

/** True where an empty entry is a placeholder that some command made, living or not. */
export function isHeldPlaceholder(path: string): boolean {
  const prefix = prefixOf(path)
  return isEmptyEntry(path) && readdirSync(holdsDirectory()).some((name) => name.startsWith(prefix))
}

function holdsDirectory(): string {
  const directory = join(privateDirectory(), 'holds')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  return directory
}

const prefixOf = (path: string): string => `${hash('sha256', path).slice(0, 32)}.`

function livingHolds(directory: string, prefix: string): number {
  let count = 0
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(prefix)) continue
    if (isAlive(Number(name.split('.')[1]))) count += 1
    else rmSync(join(directory, name), { force: true })
  }
  return count
}

function isAlive(pid: number): boolean {
  return lstatSync(`/proc/${pid}`, { throwIfNoEntry: false }) !== undefined
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
