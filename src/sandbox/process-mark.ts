import { readdirSync, readFileSync } from 'node:fs'

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

/** By /proc: a process whose environment at its start had the mark. True where there was one. */
function endMarked(text: string): boolean {
  if (process.platform !== 'linux') return false
  let hasEnded = false
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(text)) continue
      process.kill(Number(name), 'SIGKILL')
      hasEnded = true
    } catch {
      // Gone by now, or of somebody else.
    }
  }
  return hasEnded
}
