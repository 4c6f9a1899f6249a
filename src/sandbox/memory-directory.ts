import { lstatSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes an empty directory that only this user can enter, in memory where the system has a place for that. The caller removes it. */
export function makeMemoryDirectory(): string {
  return mkdtempSync(join(hasSharedMemory() ? '/dev/shm' : tmpdir(), 'codex-run-'))
}

function hasSharedMemory(): boolean {
  return process.platform === 'linux' && lstatSync('/dev/shm', { throwIfNoEntry: false })?.isDirectory() === true
}
