import { inheritedDescriptors } from './inherited-descriptors.ts'
import { type OutputPipe, openOutputPipes } from './output-pipe.ts'

/** What the commands of a thread need from this process, made ahead for those that follow the first. */
export interface CommandSupplies {
  /** A pipe for one command, which closes it. @throws CodexError `sandbox.failed` */
  pipe(): Promise<OutputPipe>
  /** Descriptors that a command must not inherit. What this process inherited does not grow, so they are looked for once. */
  inherited(): readonly number[]
  /** Gives back what was not used. */
  close(): void
}

/** Pipes that are made at once when a thread turns out to run several commands. */
const spareCount = 8

export function createCommandSupplies(): CommandSupplies {
  const spare: OutputPipe[] = []
  let inherited: readonly number[] | undefined
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
    inherited() {
      inherited ??= inheritedDescriptors()
      return inherited
    },
    close() {
      for (const pipe of spare.splice(0)) pipe.close()
    },
  }
}
