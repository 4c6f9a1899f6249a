import type { Row } from './measure.ts'
import { coordinatedTasks, coordinatedWaves, partAnswer, runOf, scriptOfParts } from './measured-runs.ts'
import { minimalAgents, type Place } from './open-place.ts'
import { runProcess, type Subject } from './run-process.ts'

const batches = 3

/** Runs of three coordinated agents in one home, which grows with them: one after the other, and two at once. */
export async function* measureThroughput(place: Place, goals: number): AsyncGenerator<Row> {
  const { url } = await place.serveThreads([scriptOfParts])
  const floor = minimalAgents(url, coordinatedWaves, partAnswer)
  const own = await runOf(place, { url }, coordinatedTasks)
  await runProcess(own, { memory: false })
  for (const atOnce of [1, 2]) {
    let [leastMs, ms] = [0, 0]
    // By turns, so that what else the machine does falls on both.
    for (let batch = 0; batch < batches; batch += 1) {
      leastMs += await msOfAll(floor, goals / batches, atOnce)
      ms += await msOfAll(own, goals / batches, atOnce)
    }
    yield {
      what: `Goals of three agents, ${atOnce === 1 ? 'one after the other' : 'two at once'}`,
      ...{ unit: 'a minute', value: (goals * 60_000) / ms, budget: 100, isAtLeast: true },
      from: `${goals} in ${ms.toFixed(0)}, of the floor in ${leastMs.toFixed(0)}`,
      kept: { id: atOnce === 1 ? 'goals' : 'goals-at-once', ratio: ms / leastMs },
    }
  }
}

/** Milliseconds from the start of the first to the end of the last. */
async function msOfAll(subject: Subject, count: number, atOnce: number): Promise<number> {
  const startedMs = performance.now()
  let left = count
  const work = async () => {
    while (left > 0) {
      left -= 1
      await runProcess(subject, { memory: false })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return performance.now() - startedMs
}
