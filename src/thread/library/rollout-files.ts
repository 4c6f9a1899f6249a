import { type Dirent, lstatSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

/** A record on the disk. */
export interface RolloutFile {
  readonly path: string
  readonly threadId: string
  readonly archived: boolean
  readonly sizeBytes: number
  readonly modifiedMs: number
}

const namePattern = /^rollout-.*?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\.jsonl(?:\.zst)?$/

/**
 * All records below CODEX_HOME, archived ones too. Synchronous: of ten thousand files each step takes less than handing it
 * to another thread does. Links are not followed.
 *
 * @throws the `node:fs` error where a folder that is there cannot be read
 */
export function rolloutFiles(codexHome: string): readonly RolloutFile[] {
  const found: RolloutFile[] = []
  const walk = (directory: string, archived: boolean): void => {
    for (const entry of entriesOf(directory)) {
      const path = join(directory, entry.name)
      if (entry.isDirectory()) walk(path, archived)
      const threadId = entry.isFile() ? threadIdOf(entry.name) : undefined
      const facts = threadId === undefined ? undefined : lstatSync(path, { throwIfNoEntry: false })
      if (threadId === undefined || facts === undefined) continue
      found.push({ path, threadId, archived, sizeBytes: facts.size, modifiedMs: facts.mtimeMs })
    }
  }
  walk(join(codexHome, 'sessions'), false)
  walk(archiveDirectory(codexHome), true)
  return found
}

/** Where records are put away. */
export function archiveDirectory(codexHome: string): string {
  return join(codexHome, 'archived_sessions')
}

/** The thread whose record a file of this name is. */
export function threadIdOf(path: string): string | undefined {
  return namePattern.exec(basename(path))?.[1]
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
