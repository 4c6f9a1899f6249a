import { createFileWriter } from '../../sandbox/files/file-writer.ts'
import type { ThreadSupplies } from '../../sandbox/thread-supplies.ts'
import type { Gate } from '../../security/gate.ts'
import { createCommandSessions } from '../commands/command-sessions.ts'
import { createOutputFiles } from '../output-files.ts'
import { createCommandNetwork } from './command-network.ts'
import type { CommandDeps, ExecDeps } from './exec.ts'
import { createShellStates, type ShellStates } from './shell-states.ts'

/** What the commands of a turn share. `outputs`: where long outputs are kept, and from how many bytes on; absent: nowhere. The caller closes it. */
export function openThreadExec(
  how: Omit<CommandDeps, 'supplies' | 'shellStates' | 'network'> & {
    /** True where no file is written without a sandbox. */
    readonly isSandboxRequired: boolean
    /** What login files leave. Absent: found out for these commands, and any variable may reach them. */
    readonly shellStates?: ShellStates
    readonly gate: Gate
    /** Closed with the turn; what is kept for the next one, their owner keeps. */
    readonly supplies: ThreadSupplies
  },
  outputs: { readonly directory: string | undefined; readonly minBytes: number },
): ExecDeps {
  const { supplies } = how
  const files = createOutputFiles(outputs.directory, outputs.minBytes)
  const sessions = createCommandSessions(files)
  const network = createCommandNetwork({ gate: how.gate })
  const writer = createFileWriter(how)
  return {
    ...how,
    supplies: supplies.commands,
    shellStates: how.shellStates ?? createShellStates(() => true),
    network,
    outputs: files,
    sessions,
    writer,
    prepare: supplies.commands.prepare,
    async close() {
      await Promise.all([sessions.close(), writer.close()])
      await network.close()
      await supplies.close()
      files.close()
    },
  }
}
