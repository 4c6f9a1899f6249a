import { createDeathWatch, type DeathWatch } from './death-watch.ts'
import { inheritedDescriptors } from './inherited-descriptors.ts'
import { canOpenPipe } from './native/open-pipe.ts'
import type { Terminal } from './open-terminal.ts'
import { type OutputPipe, openNamedPipes, openOutputPipe } from './output-pipe.ts'

type CommandCode = typeof import('./command-code.ts')

/** What the commands of a thread need from this process, made ahead where making it takes long. */
export interface CommandSupplies {
  /** Begins to make what the first command needs, while it is still being decided whether it may run. */
  prepare(): void
  /** What starts a command: most turns start none, and load none of it. */
  code(): Promise<CommandCode>
  /** A pipe for one command, which closes it. @throws CodexError `sandbox.failed` */
  pipe(): Promise<OutputPipe>
  /** A terminal for one command, which closes it. @throws CodexError `tool.failed` */
  terminal(): Promise<Terminal>
  /** Descriptors that a command must not inherit: what this process inherited, which does not grow and is looked for once, and its sides of terminals. */
  inherited(): readonly number[]
  /** A mark for a process that is about to be started: what bears it ends should this process be killed. */
  readonly mark: DeathWatch['mark']
  /** Ends a process group too, which may lose its mark, should this process be killed; until the function that comes back is called. */
  readonly guard: DeathWatch['guard']
  /** Gives back what was not used. */
  close(): void
}

/** Named pipes that are made at once: one process makes them, and takes hardly longer for many. */
const batchSize = 24
/** With so few of them left the next ones are made, so that no command waits for them. */
const lowWater = 4

export function createCommandSupplies(): CommandSupplies {
  const spare: OutputPipe[] = []
  let inherited: readonly number[] | undefined
  const terminals = new Set<number>()
  const deathWatch = createDeathWatch()
  let making: Promise<void> | undefined
  let loaded: Promise<CommandCode> | undefined
  const code = (): Promise<CommandCode> => {
    loaded ??= import('./command-code.ts')
    return loaded
  }
  const make = async (): Promise<void> => {
    try {
      spare.push(...(await openNamedPipes(batchSize)))
    } finally {
      making = undefined
    }
  }
  const closeSpare = (): void => {
    for (const pipe of spare.splice(0)) pipe.close()
  }
  /** Who asks for a pipe is told why there is none. */
  const makeAhead = (): void => {
    making ??= make()
    making.catch(() => {})
  }
  return {
    prepare() {
      if (!canOpenPipe() && spare.length === 0) makeAhead()
      // Who asks for it is told why it cannot be loaded.
      code().catch(() => {})
    },
    code,
    async pipe() {
      const opened = openOutputPipe()
      if (opened) return opened
      while (spare.length === 0) {
        making ??= make()
        await making
      }
      const pipe = spare.pop()
      if (!pipe) throw new RangeError('a pipe was asked for and none was made')
      if (spare.length < lowWater) makeAhead()
      return pipe
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
    mark: deathWatch.mark,
    guard: deathWatch.guard,
    close() {
      deathWatch.close()
      closeSpare()
      making?.then(closeSpare, () => {})
    },
  }
}
