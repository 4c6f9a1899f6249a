import type { Subject } from './run-process.ts'

/** Servers of turns that make no call, one, and all that are measured. */
export interface Turns {
  readonly plain: string
  readonly once: string
  readonly busy: string
}

/** These turns without a sandbox, then in one. */
export async function inBothModes(
  exec: (mode: string, url: string) => Promise<Subject>,
  { plain, once, busy }: Turns,
): Promise<[Subject, Subject, Subject, Subject, Subject, Subject]> {
  const free = 'danger-full-access'
  const confined = 'workspace-write'
  return [
    await exec(free, plain),
    await exec(free, once),
    await exec(free, busy),
    await exec(confined, plain),
    await exec(confined, once),
    await exec(confined, busy),
  ]
}
