import { hash, randomUUID } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CodexError } from 'codex-kernel/plugin-api'
import { privateDirectory } from './private-directory.ts'

/** A file in the directory of a path: a process has a hold on the path, or is about to remove what is there. */
type Kind = 'hold' | 'removal'

/** A removal takes less than a millisecond. */
const longestRemovalMs = 2_000
/** Of a directory that others remove when it is empty. */
const mostTries = 100

/** Says that what stands at a path is needed. */
export interface Hold {
  /** Takes it away. `remove` is called where nobody else has one, and nobody takes one until it returns. */
  end(remove: () => void): void
}

/**
 * Whoever is about to remove what stands there is waited for: it looks for holds behind saying so, and this one looks for removals behind its
 * hold, so that one of the two sees the other.
 * @throws CodexError `sandbox.failed` where a removal does not end
 */
export function takeHold(path: string): Hold {
  const directory = directoryOf(path)
  const hold = leave('hold', path, directory)
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let waitedMs = 0; livingOf('removal', directory) > 0; waitedMs += 1) {
    if (waitedMs === longestRemovalMs) {
      rmSync(hold, { force: true })
      throw new CodexError('sandbox.failed', `Another process has been removing ${path} for too long.`, {
        hint: 'Try again; another codex of this user may be stopped.',
      })
    }
    Atomics.wait(pause, 0, 0, 1)
  }
  return {
    end(remove) {
      const removal = leave('removal', path, directory)
      rmSync(hold, { force: true })
      removeUnder(removal, remove)
    },
  }
}

/** True where a process has, or had when it was killed, a hold on the path. */
export function isHeld(path: string): boolean {
  return namesIn(directoryOf(path)).length > 0
}

/** Calls `remove` where no living process has a hold on the path; the holds of dead ones go with what it removes. */
export function removeAbandoned(path: string, remove: () => void): void {
  removeUnder(leave('removal', path, directoryOf(path)), remove)
}

/** Paths that dead processes alone had to do with; no more than `most` are looked at. */
export function abandonedPaths(most: number): readonly string[] {
  const holds = holdsDirectory()
  return readdirSync(holds)
    .slice(0, most)
    .flatMap((key) => {
      const directory = join(holds, key)
      const names = namesIn(directory)
      if (names.some(isAlive)) return []
      removeIfEmpty(directory)
      return names.flatMap((name) => textOf(join(directory, name)) ?? [])[0] ?? []
    })
}

function holdsDirectory(): string {
  const directory = join(privateDirectory(), 'placeholders')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  return directory
}

const directoryOf = (path: string): string => join(holdsDirectory(), hash('sha256', path).slice(0, 32))

/** The file; the path is in it, for the sweep. */
function leave(kind: Kind, path: string, directory: string): string {
  const file = join(directory, `${kind}.${process.pid}.${randomUUID()}`)
  for (let tries = 1; ; tries += 1) {
    try {
      writeFileSync(file, path, { flag: 'wx' })
      return file
    } catch (error) {
      // The first hold there is, or the last one went a moment ago.
      if (!hasCode(error, 'ENOENT') || tries === mostTries) throw error
      mkdirSync(directory, { recursive: true, mode: 0o700 })
    }
  }
}

function removeUnder(removal: string, remove: () => void): void {
  const directory = dirname(removal)
  try {
    if (livingOf('hold', directory) > 0) return
    remove()
    for (const name of namesIn(directory)) if (!isAlive(name)) rmSync(join(directory, name), { force: true })
  } finally {
    rmSync(removal, { force: true })
    removeIfEmpty(directory)
  }
}

function livingOf(kind: Kind, directory: string): number {
  return namesIn(directory).filter((name) => name.startsWith(`${kind}.`) && isAlive(name)).length
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

function isAlive(name: string): boolean {
  return lstatSync(`/proc/${name.split('.')[1]}`, { throwIfNoEntry: false }) !== undefined
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory)
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'ENOENT')) throw error
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
