import { createCommandSupplies } from '../../sandbox/command-supplies.ts'
import { createFileWriter } from '../../sandbox/files/file-writer.ts'
import type { Gate } from '../../security/gate.ts'
import { createCommandSessions } from '../commands/command-sessions.ts'
import { createOutputFiles } from '../output-files.ts'
import { createCommandNetwork } from './command-network.ts'
import type { CommandDeps, ExecDeps } from './exec.ts'
import { createShellStates } from './shell-states.ts'

/** What the commands of a thread share. `outputs`: where long outputs are kept, and from how many bytes on; absent: nowhere. The caller closes it. */
export function openThreadExec(
  how: Omit<CommandDeps, 'supplies' | 'shellStates' | 'network'> & {
    /** True where no file is written without a sandbox. */
    readonly isSandboxRequired: boolean
    /** Whether a variable that login files set may reach commands. Absent: any may. */
    readonly allowsVariable?: (name: string) => boolean
    readonly gate: Gate
  },
  outputs: { readonly directory: string | undefined; readonly minBytes: number },
): ExecDeps {
  const supplies = createCommandSupplies()
  const files = createOutputFiles(outputs.directory, outputs.minBytes)
  const sessions = createCommandSessions(files)
  const network = createCommandNetwork({ gate: how.gate })
  const writer = createFileWriter({ ...how, supplies })
  return {
    ...how,
    supplies,
    shellStates: createShellStates(how.allowsVariable ?? (() => true)),
    network,
    outputs: files,
    sessions,
    writer,
    async close() {
      await Promise.all([sessions.close(), writer.close()])
      await network.close()
      supplies.close()
      files.close()
    },
  }
}
