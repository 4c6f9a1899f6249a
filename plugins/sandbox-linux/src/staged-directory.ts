import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { CodexError } from 'codex-kernel/plugin-api'
import { isWithin } from './is-within.ts'
import type { Mount } from './mount.ts'
import { openAsNamed, openPlace } from './open-as-named.ts'
import { privateDirectory } from './private-directory.ts'

/** A directory of which a command may make some entries that are missing, and no others. */
export interface StagedDirectory {
  /** The stand-in over the directory, with each entry of the directory over the stand-in, read-only. */
  readonly mounts: readonly Mount[]
  /** Puts in place what was made of the wanted paths. Says what was not kept, and what could not be put in place. */
  conclude(): string | undefined
  /** Removes the stand-in. */
  release(): void
}

export interface StageRequest {
  /** Exists; a real path. */
  readonly directory: string
  /** Below it, missing. */
  readonly wanted: readonly string[]
  /** Which entries are shown. */
  shows(path: string): boolean
  /** Paths that must not be made, though they lie in a wanted one. */
  readonly denied: readonly string[]
  /** Hands a descriptor on to the sandbox and gives its number there; it is closed with the command. */
  give(fd: number): number
}

/** Names of stand-ins; the number is the process that made one. */
const prefix = '.codex-staged-'
/** A mount and a descriptor for each; more than that of one process is not sure to be allowed. */
const maxEntries = 400
const maxNamed = 5

/**
 * A bind mount needs something to mount, and making a missing entry needs a directory that can be written: with the real one, any name in it
 * could be made. So the command gets an empty directory in its place, made beside the entries so that a rename moves what is in it.
 * @throws CodexError `sandbox.failed` where that cannot be
 */
export function stageDirectory(request: StageRequest): StagedDirectory {
  const { directory, give } = request
  if (directory === '/') throw inRoot(request)
  const directoryFd = openAsNamed(directory)
  give(directoryFd)
  const base = `/proc/self/fd/${directoryFd}`
  const entries = readdirSync(base, { withFileTypes: true }).filter(({ name }) => !name.startsWith(prefix))
  const shown = entries.filter(({ name }) => request.shows(join(directory, name)))
  if (shown.length > maxEntries) throw tooMany(request, shown.length)
  const { standIn, release } = makeStandIn(base, request)
  try {
    const standInFd = openPlace(standIn)
    const mounts = shown.flatMap((entry) => coverOf(entry, base, standIn, request))
    const args = ['--bind-fd', String(give(standInFd)), directory]
    return {
      mounts: [{ path: directory, shows: 'host', args }, ...mounts],
      conclude: () => conclude(base, standIn, request),
      release,
    }
  } catch (error) {
    release()
    throw error
  }
}

/** Removes the stand-in that a process which was killed has left; `note` is what it noted in the private directory. */
export function removeStandIn(noted: string): void {
  if (basename(noted).startsWith(prefix)) rmSync(noted, { recursive: true, force: true })
}

/** With a note of where it is, for the sweep: it lies among other people's files. */
function makeStandIn(base: string, { directory, wanted }: StageRequest): { standIn: string; release(): void } {
  const note = join(privateDirectory(), `staged-${process.pid}-${randomUUID()}`)
  let standIn: string
  try {
    standIn = mkdtempSync(join(base, `${prefix}${process.pid}-`))
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new CodexError(
      'sandbox.failed',
      `${wanted.join(', ')} was allowed, and ${directory} cannot be written: ${reason}.`,
      {
        hint: 'Choose a path that this user may make.',
        cause,
      },
    )
  }
  writeFileSync(note, join(directory, basename(standIn)))
  return {
    standIn,
    release() {
      rmSync(standIn, { recursive: true, force: true })
      rmSync(note, { force: true })
    },
  }
}

/** Where an entry of the directory is shown; a link is copied, since no link can be mounted on. */
function coverOf(entry: Dirent, base: string, standIn: string, { directory, give }: StageRequest): readonly Mount[] {
  const source = join(base, entry.name)
  const point = join(standIn, entry.name)
  const path = join(directory, entry.name)
  if (entry.isSymbolicLink()) {
    symlinkSync(readlinkSync(source), point)
    return []
  }
  const fd = openPlace(source)
  const status = fstatSync(fd)
  const args = ['--ro-bind-fd', String(give(fd)), path]
  if (status.isSymbolicLink()) return []
  if (status.isDirectory()) mkdirSync(point)
  else writeFileSync(point, '')
  return [{ path, shows: 'host', args }]
}

function conclude(base: string, standIn: string, request: StageRequest): string | undefined {
  const { directory, wanted } = request
  const problems = wanted.flatMap((path) => place(path, base, standIn, request) ?? [])
  // What is there outside too is where something of it was shown.
  const others = othersIn(standIn, directory, wanted).filter(
    (path) => lstatSync(path, { throwIfNoEntry: false }) === undefined,
  )
  const more = others.length > maxNamed ? ` and ${others.length - maxNamed} more` : ''
  const named = `${others.slice(0, maxNamed).join(', ')}${more}`
  const notKept = others.length > 0 ? [`Not kept, since only ${wanted.join(', ')} was allowed: ${named}.`] : []
  return [...problems, ...notKept].join('\n') || undefined
}

/** Moves one wanted path out of the stand-in; its missing parents are made. Nothing on the way is followed if it is a link. */
function place(path: string, base: string, standIn: string, { directory, denied }: StageRequest): string | undefined {
  const names = relative(directory, path).split(sep)
  const made = lstatWithin(standIn, names)
  if (made === undefined) return undefined
  for (const each of denied) {
    if (!isWithin(each, path)) continue
    const below = relative(directory, each).split(sep)
    if (lstatWithin(standIn, below) !== undefined) rmSync(join(standIn, ...below), { recursive: true, force: true })
  }
  const opened: number[] = []
  try {
    let parent = base
    for (const [depth, name] of names.slice(0, -1).entries()) {
      const next = join(parent, name)
      if (lstatSync(next, { throwIfNoEntry: false }) === undefined) {
        const mode = lstatWithin(standIn, names.slice(0, depth + 1))?.mode ?? 0o777
        mkdirSync(next, mode & 0o777)
      }
      const fd = openSync(next, constants.O_DIRECTORY | constants.O_NOFOLLOW)
      opened.push(fd)
      parent = `/proc/self/fd/${fd}`
    }
    renameSync(join(standIn, ...names), join(parent, names.at(-1) ?? ''))
    return undefined
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return `${path} was made, and could not be put in place: ${reason}.`
  } finally {
    for (const fd of opened) closeSync(fd)
  }
}

/** Of an entry below a directory that is reached through directories alone. */
function lstatWithin(directory: string, names: readonly string[]): Stats | undefined {
  let current = directory
  for (const [depth, name] of names.entries()) {
    current = join(current, name)
    const status = lstatSync(current, { throwIfNoEntry: false })
    if (status === undefined || depth === names.length - 1) return status
    if (!status.isDirectory()) return undefined
  }
  return undefined
}

/** What else lies in the stand-in, in the directories that lead to wanted paths. */
function othersIn(standIn: string, directory: string, wanted: readonly string[]): readonly string[] {
  return readdirSync(standIn, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    const leadsOn = wanted.some((each) => each !== path && isWithin(each, path))
    return leadsOn && entry.isDirectory() ? othersIn(join(standIn, entry.name), path, wanted) : [path]
  })
}

function tooMany({ directory, wanted }: StageRequest, count: number): CodexError {
  return new CodexError(
    'sandbox.failed',
    `${wanted.join(', ')} was allowed and does not exist, and ${directory} has ${count} entries: too many to keep them as they are.`,
    { hint: `Make it yourself and try again, or use a directory of at most ${maxEntries} entries.` },
  )
}

/** Nothing can stand in for the root itself: all else is mounted in it. */
function inRoot({ wanted }: StageRequest): CodexError {
  return new CodexError('sandbox.failed', `${wanted.join(', ')} was allowed, and would be a new entry of /.`, {
    hint: 'Make its directory yourself and try again.',
  })
}
