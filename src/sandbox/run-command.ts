import type { ExecEvent } from '../plugin-api/tool.ts'
import type { CommandSupplies } from './command-supplies.ts'
import { type CommandConfinement, type CommandRequest, startCommand } from './start-command.ts'

/**
 * Runs one command: `started`, then `output` as it comes (stdout and stderr in order of arrival), then one `exit`. When
 * the command ends, runs out of time, is aborted or no longer listened to, all its processes end with it.
 * @throws CodexError `sandbox.failed`: it did not run; the abort reason, once its processes have been ended
 */
export async function* runCommand(
  request: CommandRequest,
  how: CommandConfinement,
  supplies: Pick<CommandSupplies, 'pipe' | 'terminal' | 'inherited' | 'mark' | 'guard'>,
  signal: AbortSignal,
): AsyncGenerator<ExecEvent, void, undefined> {
  const command = await startCommand(request, how, supplies, signal)
  try {
    yield { type: 'started', argv: request.shownArgv ?? request.argv }
    for (let text = await command.next(); text !== undefined; text = await command.next())
      yield { type: 'output', text }
    const exit = await command.exit()
    signal.throwIfAborted()
    yield { type: 'exit', ...exit }
  } finally {
    await command.close()
  }
}
