import { exitCodes } from '../plugin-api/errors.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { writeErr, writeOut } from './process-deps.ts'
import type { ParsedOptions } from './thread-options.ts'

/** A copy of a thread, as the options want it: the id of the copy. @throws CodexError `thread.*`, `rollout.*` */
export function forkOf(id: string, options: ParsedOptions, runtime: KernelClient): Promise<string> {
  return runtime.fork(id, {
    anywhere: options.all ?? false,
    ...(options.at !== undefined && { at: options.at }),
    notice: (message) => writeErr(`note: ${terminalText(message)}\n`),
  })
}

/** Shows the id of a copy that was made without a prompt. */
export function showFork(threadId: string, options: ParsedOptions): void {
  writeOut(options.json ? `${JSON.stringify({ type: 'thread.started', thread_id: threadId })}\n` : `${threadId}\n`)
  process.exitCode = exitCodes.done
}
