import type { Row } from './measure.ts'
import { partAnswer, parts, partTasks, runOf, scriptOfParts } from './measured-runs.ts'
import { minimalAgents, type Place } from './open-place.ts'
import { runProcess, type Subject } from './run-process.ts'

const runs = 3
const agents = 8

/** Peak resident memory of a run of eight agents that all wait for the model at the same time, over that of one. */
export async function* measureAgentMemory(place: Place): AsyncGenerator<Row> {
  const { url } = await place.serveThreads([{ ...scriptOfParts, delayMs: 500 }])
  const one = await peakOf(await runOf(place, { url }, partTasks(1)))
  const all = await peakOf(await runOf(place, { url }, partTasks(agents)))
  const floor = await peakOf(minimalAgents(url, [parts(agents)], partAnswer))
  const shown = [all, one, floor].map((peak) => peak.toFixed(0))
  yield {
    what: 'Memory of each further agent',
    ...{ unit: 'MiB', value: (all - one) / (agents - 1), budget: 10 },
    from: `${shown[0]} - ${shown[1]}, by ${agents - 1}; the floor of ${agents} ${shown[2]}; each the least of ${runs} runs`,
    kept: { id: 'memory', ratio: all / floor },
  }
}

async function peakOf(subject: Subject): Promise<number> {
  const peaks: number[] = []
  for (let run = 0; run < runs; run += 1) peaks.push((await runProcess(subject, { memory: true })).peakMiB)
  return Math.min(...peaks)
}
