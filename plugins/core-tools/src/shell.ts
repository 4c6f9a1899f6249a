import { defineTool, type ExecEvent, type ThreadItemBody, z } from 'codex-kernel/plugin-api'
import { shellJoin } from './shell-quote.ts'

/** Runs a script in the user's shell; shows it as a `command_execution`. */
export const tool = defineTool({
  name: 'shell',
  description:
    'Runs a shell script and gives its exit code, wall time and output (stdout and stderr together). It runs in a sandbox; what the permissions do not allow is refused with the reason. Use read_file, search and apply_patch for files.',
  input: z.strictObject({
    command: z.string().min(1).describe('The script, as typed at a prompt.'),
    workdir: z.string().optional().describe('Directory to run in. Default: the working directory.'),
    timeout_ms: z.int().positive().optional().describe('Milliseconds after which it is ended. Default: ten minutes.'),
    login: z.boolean().default(true).describe('Read the login files of the shell first.'),
    shell: z.string().optional().describe("Shell to use. Default: the user's."),
  }),
  effects: ['exec'],
  parallel: false,
  item: 'own',
  async *run({ command, workdir, timeout_ms, login, shell }, ctx) {
    let shown = ''
    let exit: Extract<ExecEvent, { type: 'exit' }> | undefined
    const events = ctx.exec({
      script: command,
      login,
      ...(workdir && { cwd: workdir }),
      ...(timeout_ms !== undefined && { timeoutMs: timeout_ms }),
      ...(shell && { shell }),
    })
    for await (const event of events) {
      if (event.type === 'started') {
        shown = shellJoin(event.argv)
        yield { type: 'item', done: false, item: commandItem(shown, undefined) }
      } else if (event.type === 'output') {
        yield { type: 'output', delta: event.text }
      } else {
        exit = event
      }
    }
    if (!exit) throw new Error('the command ended without an exit code')
    yield { type: 'item', done: true, item: commandItem(shown, exit) }
    const { exitCode, output, timedOut, durationMs } = exit
    return {
      text: [
        `Exit code: ${exitCode}`,
        `Wall time: ${(durationMs / 1000).toFixed(1)} seconds`,
        ...(timedOut ? ['Ended because its time was over; give timeout_ms for more.'] : []),
        'Output:',
        output,
      ].join('\n'),
      structured: { exit_code: exitCode, output, timed_out: timedOut, duration_ms: durationMs },
      failed: exitCode !== 0 || timedOut,
    }
  },
})

function commandItem(command: string, exit: Extract<ExecEvent, { type: 'exit' }> | undefined): ThreadItemBody {
  return {
    type: 'command_execution',
    command,
    aggregated_output: exit?.output ?? '',
    exit_code: exit?.exitCode ?? null,
    status: exit === undefined ? 'in_progress' : exit.exitCode === 0 && !exit.timedOut ? 'completed' : 'failed',
  }
}
