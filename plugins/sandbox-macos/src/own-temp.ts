import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Short, since the path of a socket has at most 103 bytes, and the user's own temp directory takes half of them. */
const parent = '/tmp'
const name = /^codex-run-(\d+)-/

/** Makes an empty directory that this user alone can enter: the temp directory of one command. A real path; the caller removes it. */
export function makeOwnTemp(): string {
  return realpathSync(mkdtempSync(join(parent, `codex-run-${process.pid}-`)))
}

/** Removes those of programs that were killed, told by the process number in their names. */
export function sweepOwnTemps(): void {
  for (const entry of readdirSync(parent)) {
    const pid = Number(name.exec(entry)?.[1])
    if (!Number.isInteger(pid) || isAlive(pid)) continue
    try {
      rmSync(join(parent, entry), { recursive: true, force: true })
    } catch {
      // Another user's.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
