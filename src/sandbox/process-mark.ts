import { processTable } from './process-table.ts'

/** A variable by which all that a process started is known, however it left its group, unless it took it out for its children. */
export interface ProcessMark {
  /** To be added to its environment. */
  readonly env: Readonly<Record<string, string>>
  /** Ends at once what bears it. */
  end(): void
}

/** Processes that were being started while others were ended are found by the next look. */
const maxLooks = 5

/** @param value that nothing bears yet */
export function createProcessMark(name: string, value: string): ProcessMark {
  const text = `${name}=${value}`
  return {
    env: { [name]: value },
    end() {
      for (let look = 0; look < maxLooks && endMarked(text); look += 1);
    },
  }
}

/** True where there was one. */
function endMarked(text: string): boolean {
  let hasEnded = false
  for (const pid of processTable().bearersOf(text)) {
    try {
      process.kill(pid, 'SIGKILL')
      hasEnded = true
    } catch {
      // Gone by now, or of somebody else.
    }
  }
  return hasEnded
}
