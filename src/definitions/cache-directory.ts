import { hash, randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** Texts under names, kept between runs. It is only a cache: what cannot be read or written is as if it were not there. */
export interface CacheDirectory {
  /** Undefined where there is none, it is damaged, or someone else may have written it. */
  read(name: string): string | undefined
  /** Replaces the whole text, so that a reader sees the old one or the new one; the oldest others go where there are too many. */
  write(name: string, text: string): void
}

/** What one directory may hold; the oldest files go first. */
export interface CacheLimits {
  readonly maxFiles: number
  readonly maxFileBytes: number
}

const ending = '.json'
const asideEnding = '.tmp'
/** A file that was being written this long ago was left behind by a process that ended. The file system's own times are compared. */
const abandonedAfterMs = 60 * 60 * 1000

/**
 * Opens a directory of texts; nothing is read or made yet. Each file starts with the SHA-256 of the rest, so that one that is cut
 * short or damaged is not taken for what was written. Only files that this user owns and nobody else can read or write count, in a
 * directory that nobody else can write; a symbolic link in the place of a file does not.
 *
 * Synchronous on purpose: a read of some kilobytes takes 0.04 ms, less than the thread pool needs to be asked.
 */
export function openCacheDirectory(directory: string, limits: CacheLimits): CacheDirectory {
  return {
    read(name) {
      try {
        return isOurs(statSync(directory), 0o022) ? readChecked(join(directory, name + ending), limits) : undefined
      } catch {
        return undefined
      }
    },
    write(name, text) {
      if (Buffer.byteLength(text) > limits.maxFileBytes) return
      const aside = join(directory, `${name}.${randomUUID()}${asideEnding}`)
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 })
        if (!isOurs(statSync(directory), 0o022)) return
        writeFileSync(aside, `${hash('sha256', text, 'hex')}\n${text}`, { mode: 0o600, flag: 'wx' })
        renameSync(aside, join(directory, name + ending))
        removeOldest(directory, limits.maxFiles)
      } catch {
        discard(aside)
      }
    },
  }
}

/** True where this user owns it and the mode gives others none of `forbidden`. Systems without owners keep a home apart by themselves. */
function isOurs(stats: Stats, forbidden: number): boolean {
  const userId = process.geteuid?.()
  return userId === undefined || (stats.uid === userId && (stats.mode & forbidden) === 0)
}

function readChecked(file: string, { maxFileBytes }: CacheLimits): string | undefined {
  const handle = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = fstatSync(handle)
    if (!stats.isFile() || stats.size > maxFileBytes + 65 || !isOurs(stats, 0o077)) return undefined
    const bytes = readFileSync(handle)
    const [sum, content] = [bytes.toString('latin1', 0, 64), bytes.subarray(65)]
    return hash('sha256', content, 'hex') === sum ? content.toString('utf8') : undefined
  } finally {
    closeSync(handle)
  }
}

function removeOldest(directory: string, maxFiles: number): void {
  const names = readdirSync(directory).filter((name) => name.endsWith(ending) || name.endsWith(asideEnding))
  const isCrowded = names.length > maxFiles || names.some((name) => name.endsWith(asideEnding))
  if (!isCrowded) return
  const files = names.flatMap((name) => {
    const mtimeMs = statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs
    return mtimeMs === undefined ? [] : { name, mtimeMs }
  })
  const newestFirst = files.toSorted((a, b) => b.mtimeMs - a.mtimeMs)
  const nowMs = newestFirst[0]?.mtimeMs ?? 0
  for (const [index, { name, mtimeMs }] of newestFirst.entries()) {
    const isAbandoned = name.endsWith(asideEnding) && mtimeMs < nowMs - abandonedAfterMs
    if (index >= maxFiles || isAbandoned) discard(join(directory, name))
  }
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // It is in nobody's way, and the next one that writes tries again.
  }
}
