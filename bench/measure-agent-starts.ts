import { type Times, timesOf } from './compare.ts'
import type { Row } from './measure.ts'
import { partAnswer, parts, scriptOfParts, turnOf } from './measured-runs.ts'
import { minimalAgents, type Place } from './open-place.ts'
import { runProcess } from './run-process.ts'
import type { ThreadScript } from './serve-threads.ts'

const spawned = 'begin two agents'
const namespace = 'multi_agent_v1'
const spawn = {
  calls: [{ namespace, name: 'spawn_agent', arguments: { message: parts(1)[0], agent_type: 'measured-agent' } }],
}

/** Begins an agent, waits for it, begins another one, waits for that one. */
const spawningScript: ThreadScript = {
  said: spawned,
  turns: [spawn, ({ body }) => waitFor(body), spawn, ({ body }) => waitFor(body), { text: partAnswer }],
}

/**
 * From the request that is answered with the call that begins an agent to that agent's first request, at the server: its answer and its record of
 * the call included. The floor is what an agent takes that is a process of its own.
 */
export async function* measureAgentStarts(place: Place, rounds: number): AsyncGenerator<Row> {
  const { url, takeArrivals } = await place.serveThreads([spawningScript, scriptOfParts])
  const own = await turnOf(place, url, spawned)
  const floor = minimalAgents(url, [parts(1)], partAnswer)
  const times: Record<'floor' | 'first' | 'second', number[]> = { floor: [], first: [], second: [] }
  for (let round = 0; round <= rounds; round += 1) {
    takeArrivals()
    const beganMs = performance.now()
    await runProcess(floor, { memory: false })
    const [alone] = takeArrivals()
    await runProcess(own, { memory: false })
    const arrivals = takeArrivals()
    const asked = (number: number) => arrivals.find((each) => each.said === spawned && each.number === number)?.atMs
    const [first, second] = arrivals.filter(({ said, number }) => said !== spawned && number === 1)
    // The first round fills caches.
    if (round === 0) continue
    times.floor.push((alone?.atMs ?? Number.NaN) - beganMs)
    times.first.push((first?.atMs ?? Number.NaN) - (asked(1) ?? Number.NaN))
    times.second.push((second?.atMs ?? Number.NaN) - (asked(3) ?? Number.NaN))
  }
  const least = timesOf(times.floor)
  yield* [
    start('Cold start of an agent, from the call that begins it to its first request', timesOf(times.first), least, 80),
    start('Start of the next agent of the run', timesOf(times.second), least),
  ]
}

function start(what: string, own: Times, floor: Times, budget?: number): Row {
  return {
    ...{ what, unit: 'ms', value: own.minMs },
    ...(budget !== undefined && { budget }),
    from: `median ${own.medianMs.toFixed(0)}; as the least process of its own ${floor.minMs.toFixed(0)} (median ${floor.medianMs.toFixed(0)})`,
    kept: { id: budget === undefined ? 'next-start' : 'cold-start', ratio: own.minMs / floor.minMs },
  }
}

/** A call that waits for the agent that was begun last. */
function waitFor(body: Readonly<Record<string, unknown>>) {
  const id = [...JSON.stringify(body.input).matchAll(/agent_id\\*":\\*"([0-9a-f-]{36})/g)].at(-1)?.[1]
  return { calls: [{ namespace, name: 'wait_agent', arguments: { targets: [id], timeout_ms: 60_000 } }] }
}
