import type { CommandExit, CommandRequest } from './start-command.ts'

/** What a shell gives for a command that SIGXCPU or SIGXFSZ ended. */
const cpuExitCode = 128 + 24
const fileSizeExitCode = 128 + 25

/** Which limit of a command ended it, as a sentence; undefined where none did. */
export function limitReached(
  { timedOut, exitCode }: Pick<CommandExit, 'timedOut' | 'exitCode'>,
  { timeoutMs = 0, limits }: Pick<CommandRequest, 'timeoutMs' | 'limits'>,
): string | undefined {
  if (timedOut) return `A limit ended the command: it ran longer than ${timeoutMs} ms.`
  if (exitCode === cpuExitCode && limits?.cpuSeconds !== undefined)
    return `A limit ended the command: it used more than ${limits.cpuSeconds} s of processor time.`
  if (exitCode === fileSizeExitCode && limits?.fileBytes !== undefined)
    return `A limit ended the command: it wrote a file of more than ${limits.fileBytes} bytes.`
  return undefined
}
