import { setTimeout as delay } from 'node:timers/promises'
import { processTable, type RunningProcess } from './process-table.ts'
import { sendSignal } from './send-signal.ts'

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
  const table = processTable()
  const strays = table.descendantsOf(leaderPid)
  signalAll(leaderPid, strays, 'SIGTERM')
  const waiting = new AbortController()
  const hurry = AbortSignal.any([waiting.signal, signal])
  await Promise.race([exited, delay(graceMs, undefined, { signal: hurry }).catch(() => {})])
  waiting.abort()
  signalAll(leaderPid, [...strays, ...table.descendantsOf(leaderPid)], 'SIGKILL')
}

/** Ends a process group at once: a sandbox, or what is left of a command once its leader is gone. */
export function endProcessGroup(leaderPid: number): void {
  sendSignal(-leaderPid, 'SIGKILL')
}

function signalAll(leaderPid: number, strays: readonly RunningProcess[], name: NodeJS.Signals): void {
  sendSignal(-leaderPid, name)
  // A number may have been given to another process since.
  for (const { pid } of processTable().stillRunning(strays)) sendSignal(pid, name)
}
