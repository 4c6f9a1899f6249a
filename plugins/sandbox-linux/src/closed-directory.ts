import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'

/** A directory of another user that a sandbox may not enter, though this process may look into it: root's may. */
export interface ClosedDirectory {
  readonly directory: string
  /** Of its owner. */
  readonly userId: number
  /** As chmod(1) has it. */
  readonly mode: string
  /** What lies in it. */
  readonly path: string
}

/** The outermost closed directory on the way to one of these paths; undefined where all are reached. */
export function closedDirectory(paths: readonly string[]): ClosedDirectory | undefined {
  for (const path of paths) {
    const found = directoriesTo(path).flatMap((directory) => {
      const status = lstatSync(directory, { throwIfNoEntry: false })
      return status && !mayEnter(status) ? { directory, userId: status.uid, mode: modeText(status.mode), path } : []
    })[0]
    if (found) return found
  }
  return undefined
}

function directoriesTo(path: string): readonly string[] {
  const parent = dirname(path)
  return parent === path ? [] : [...directoriesTo(parent), parent]
}

function modeText(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0')
}

/** By the bits alone: what passes them by, a sandbox has for files of its own user only. */
function mayEnter({ uid, gid, mode }: { readonly uid: number; readonly gid: number; readonly mode: number }): boolean {
  if (uid === process.geteuid?.()) return true
  const isOfGroup = gid === process.getegid?.() || (process.getgroups?.().includes(gid) ?? false)
  return (mode & (isOfGroup ? 0o010 : 0o001)) !== 0
}
