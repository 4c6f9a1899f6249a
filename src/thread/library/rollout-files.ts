import { type Dirent, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'
import type { KeptRecord } from '../thread-store.ts'

const namePattern = /^rollout-.*?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\.jsonl(?:\.zst)?$/

/**
 * All records below CODEX_HOME, archived ones too. Synchronous: of ten thousand files each step takes less than handing it
 * to another thread does. Links are not followed.
 *
 * @throws CodexError `rollout.unreadable` where a folder that is there cannot be read
 */
export function rolloutFiles(codexHome: string): readonly KeptRecord[] {
  const found: KeptRecord[] = []
  const walk = (directory: string, archived: boolean): void => {
    for (const entry of entriesOf(directory)) {
      const file = join(directory, entry.name)
      if (entry.isDirectory()) walk(file, archived)
      const threadId = entry.isFile() ? threadIdOf(entry.name) : undefined
      if (threadId !== undefined) found.push({ file, threadId, archived })
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
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw new CodexError('rollout.unreadable', `The folder ${directory} cannot be read: ${String(cause)}`, {
      hint: 'Make it readable for you: chmod u+rwx.',
      location: { file: directory },
      cause,
    })
  }
}
