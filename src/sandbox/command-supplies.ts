import { createDeathWatch } from './death-watch.ts'
import { inheritedDescriptors } from './inherited-descriptors.ts'
import type { Terminal } from './open-terminal.ts'
import { type OutputPipe, openOutputPipes } from './output-pipe.ts'

/** What the commands of a thread need from this process, made ahead for those that follow the first. */
export interface CommandSupplies {
  /** A pipe for one command, which closes it. @throws CodexError `sandbox.failed` */
  pipe(): Promise<OutputPipe>
  /** A terminal for one command, which closes it. @throws CodexError `tool.failed` */
  terminal(): Promise<Terminal>
  /** Descriptors that a command must not inherit: what this process inherited, which does not grow and is looked for once, and its sides of terminals. */
  inherited(): readonly number[]
  /** Ends a process group, and what bears the mark, should this process be killed; until the function that comes back is called. */
  guard(groupId: number, mark?: string): () => void
  /** Gives back what was not used. */
  close(): void
}

/** Pipes that are made at once when a thread turns out to run several commands. */
const spareCount = 8

export function createCommandSupplies(): CommandSupplies {
  const spare: OutputPipe[] = []
  let inherited: readonly number[] | undefined
  const terminals = new Set<number>()
  const deathWatch = createDeathWatch()
  let isFirst = true
  return {
    async pipe() {
      const ready = spare.pop()
      if (ready) return ready
      const count = isFirst ? 1 : spareCount
      isFirst = false
      const [first, ...others] = await openOutputPipes(count)
      if (!first) throw new RangeError('a pipe was asked for and none was made')
      spare.push(...others)
      return first
    },
    async terminal() {
      // Looked for before, or this process's side would be taken for inherited long after it is closed.
      inherited ??= inheritedDescriptors()
      const { openTerminal } = await import('./open-terminal.ts')
      const terminal = openTerminal()
      terminals.add(terminal.ownFd)
      const close = (): void => {
        terminals.delete(terminal.ownFd)
        terminal.close()
      }
      return { ...terminal, close }
    },
    inherited() {
      inherited ??= inheritedDescriptors()
      return terminals.size === 0 ? inherited : [...inherited, ...terminals]
    },
    guard: deathWatch.guard,
    close() {
      deathWatch.close()
      for (const pipe of spare.splice(0)) pipe.close()
    },
  }
}
