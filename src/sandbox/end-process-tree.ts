import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Ends a command that leads a process group, with all its descendants, also those that left the group: SIGTERM, then
 * SIGKILL for what is left after `graceMs`, or once the leader has ended, or at an abort. Resolves when the signals are
 * sent.
 */
export async function endProcessTree(
  leaderPid: number,
  exited: Promise<unknown>,
  graceMs: number,
  signal: AbortSignal,
): Promise<void> {
  const strays = descendants(leaderPid)
  signalAll(leaderPid, strays, 'SIGTERM')
  const waiting = new AbortController()
  const hurry = AbortSignal.any([waiting.signal, signal])
  await Promise.race([exited, delay(graceMs, undefined, { signal: hurry }).catch(() => {})])
  waiting.abort()
  signalAll(leaderPid, [...strays, ...descendants(leaderPid)], 'SIGKILL')
}

/** Ends a process group at once: a sandbox, or what is left of a command once its leader is gone. */
export function endProcessGroup(leaderPid: number): void {
  sendSignal(-leaderPid, 'SIGKILL')
}

interface Stray {
  readonly pid: number
  readonly startTime: string
}

function signalAll(leaderPid: number, strays: readonly Stray[], name: NodeJS.Signals): void {
  sendSignal(-leaderPid, name)
  // A number may have been given to another process since: the start time tells.
  for (const stray of strays) if (processStat(stray.pid)?.startTime === stray.startTime) sendSignal(stray.pid, name)
}

function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    // Gone already: that is what was wanted. EPERM on a group: what is left of it has changed its user.
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

/** Children of children, by /proc; empty on systems without it, where the process group is all that is known. */
function descendants(rootPid: number): readonly Stray[] {
  if (process.platform !== 'linux') return []
  const children = new Map<number, Stray[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const stat = Number.isInteger(pid) ? processStat(pid) : undefined
    if (!stat) continue
    const siblings = children.get(stat.parentPid)
    if (siblings) siblings.push({ pid, startTime: stat.startTime })
    else children.set(stat.parentPid, [{ pid, startTime: stat.startTime }])
  }
  const found: Stray[] = [...(children.get(rootPid) ?? [])]
  for (const stray of found) found.push(...(children.get(stray.pid) ?? []))
  return found
}

/** proc_pid_stat(5): the name in parentheses may hold anything, so fields are counted from its end. */
function processStat(pid: number): { parentPid: number; startTime: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { parentPid: Number(fields[1]), startTime: fields[19] ?? '' }
  } catch {
    return undefined
  }
}
