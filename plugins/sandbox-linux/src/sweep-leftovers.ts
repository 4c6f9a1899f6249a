import { lstatSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sweepPlaceholders } from './placeholder.ts'
import { privateDirectory } from './private-directory.ts'
import { groupParents } from './process-limits.ts'
import { removeStandIn } from './staged-directory.ts'

/**
 * Removes what programs that were killed have left: their private files, placeholders and empty control groups, told by the process
 * number in their names.
 */
export function sweepLeftovers(): void {
  sweepPlaceholders()
  for (const file of leftBehind(privateDirectory(), /^run-(\d+)-/)) rmSync(file, { recursive: true, force: true })
  for (const note of leftBehind(privateDirectory(), /^staged-(\d+)-/)) {
    removeStandIn(readFileSync(note, 'utf8'))
    rmSync(note, { force: true })
  }
  for (const parent of [...groupParents('pids'), ...groupParents('memory')]) {
    for (const group of leftBehind(parent, /^codex-(\d+)-/)) {
      try {
        rmdirSync(group)
      } catch {
        // Still in use, or another user's.
      }
    }
  }
}

function leftBehind(directory: string, name: RegExp): readonly string[] {
  return namesIn(directory)
    .filter((entry) => {
      const pid = name.exec(entry)?.[1]
      return pid !== undefined && lstatSync(`/proc/${pid}`, { throwIfNoEntry: false }) === undefined
    })
    .map((entry) => join(directory, entry))
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    // No control group file system here.
    return []
  }
}
