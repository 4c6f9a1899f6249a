import { type CommandSupplies, createCommandSupplies } from './command-supplies.ts'
import type { ConfinedWriter } from './files/confined-writer.ts'

/** What the turns of a thread share of processes: made for the first that needs it, given back when the thread is closed. */
export interface ThreadSupplies {
  readonly commands: CommandSupplies
  /** What writes files inside the sandbox; the same one until it is ended. */
  confinedWriter(): Promise<ConfinedWriter>
  /** True where there is one, which a next turn can use. */
  readonly hasWriter: boolean
  endWriter(): Promise<void>
  /** Ends what runs, and gives back the rest. */
  close(): Promise<void>
}

export function createThreadSupplies(): ThreadSupplies {
  const commands = createCommandSupplies()
  let writer: Promise<ConfinedWriter> | undefined
  const endWriter = async (): Promise<void> => {
    const ended = writer
    writer = undefined
    await (await ended?.catch(() => undefined))?.end()
  }
  return {
    commands,
    endWriter,
    confinedWriter() {
      writer ??= import('./files/confined-writer.ts').then((module) => module.createConfinedWriter(commands)) // most turns write nothing
      return writer
    },
    get hasWriter() {
      return writer !== undefined
    },
    async close() {
      await endWriter()
      commands.close()
    },
  }
}
