import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CodexError } from 'codex-kernel/plugin-api'

/**
 * A directory for what the backend keeps while commands run, the same for all processes of this user. In memory where
 * that is possible: a sandbox has a `/dev/shm` of its own, so that no command can reach it there.
 * @throws CodexError `sandbox.failed` where somebody else has made it
 */
export function privateDirectory(): string {
  const parent = lstatSync('/dev/shm', { throwIfNoEntry: false })?.isDirectory() ? '/dev/shm' : tmpdir()
  const userId = process.getuid?.() ?? 0
  const directory = join(parent, `codex-sandbox-${userId}`)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const status = lstatSync(directory)
  if (!status.isDirectory() || status.uid !== userId || (status.mode & 0o077) !== 0) {
    throw new CodexError('sandbox.failed', `${directory} is not this user's own directory.`, {
      hint: `Remove ${directory}.`,
    })
  }
  return directory
}
