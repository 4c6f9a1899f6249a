import { chmodSync, constants, existsSync, fstatSync, fsync, mkdirSync, openSync, readdirSync } from 'node:fs'
import path from 'node:path'

/** A file of lines for the records of one month (UTC), open for appending. */
export interface MonthFile {
  /** `YYYY-MM` */
  readonly month: string
  readonly descriptor: number
}

/** Opens `YYYY-MM.jsonl`, readable by its owner alone, and makes the directory where it is missing. @throws Error of `node:fs` */
export function openMonth(directory: string, month: string): MonthFile {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const name = path.join(directory, `${month}.jsonl`)
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)
  const descriptor = openSync(name, flags, 0o600)
  // A file that may only grow (chattr +a) takes no change of its mode.
  if ((fstatSync(descriptor).mode & 0o777) !== 0o600) chmodSync(name, 0o600)
  return { month, descriptor }
}

/** Brings what was written to the disk. @throws Error of `node:fs` */
export function syncFile({ descriptor }: MonthFile): Promise<void> {
  return new Promise((resolve, reject) => fsync(descriptor, (error) => (error ? reject(error) : resolve())))
}

/** Names of the files of a directory, oldest first; none where there is no directory. */
export function monthFiles(directory: string): string[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .filter((name) => /^\d{4}-\d{2}\.jsonl$/.test(name))
    .sort()
}

/** The month of a time. */
export function monthOf(time: Date): string {
  return time.toISOString().slice(0, 7)
}
