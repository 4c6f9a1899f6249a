import { runProcess, type Subject } from './run-process.ts'

export interface Times {
  readonly minMs: number
  readonly medianMs: number
}

/**
 * Runs the subjects in turn, A B A B, so that what else the machine does falls on all of them; a first round, which
 * fills caches, is not counted.
 */
export async function compare<const Subjects extends readonly Subject[]>(
  subjects: Subjects,
  rounds: number,
): Promise<{ readonly [Index in keyof Subjects]: Times }> {
  const times = subjects.map((): number[] => [])
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      const { ms } = await runProcess(subject, { memory: false })
      if (round > 0) times[index]?.push(ms)
    }
  }
  return times.map(timesOf) as { [Index in keyof Subjects]: Times } // one for each subject
}

/** The least and the median of several runs, in milliseconds. */
export function timesOf(times: readonly number[]): Times {
  const sorted = times.toSorted((a, b) => a - b)
  return { minMs: sorted[0] ?? Number.NaN, medianMs: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN }
}
