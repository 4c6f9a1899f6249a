import { compare, type Times } from './compare.ts'
import type { KeptRatio, Row } from './measure.ts'
import { measureAgentMemory } from './measure-agent-memory.ts'
import { measureAgentStarts } from './measure-agent-starts.ts'
import { measureCopies } from './measure-copies.ts'
import { measureMerges } from './measure-merges.ts'
import { measureSupervisor } from './measure-supervisor.ts'
import { measureThroughput } from './measure-throughput.ts'
import {
  coordinatedTasks,
  coordinatedWaves,
  partAnswer,
  parts,
  partTasks,
  runOf,
  scriptOfParts,
  turnOf,
} from './measured-runs.ts'
import { bareNode, minimalAgents, type Place } from './open-place.ts'
import { difference, ratio } from './values-of-times.ts'

/** What agents together cost, each beside the least program that asks the model the same, or beside Node itself. */
export async function* measureAgents(place: Place, rounds: number): AsyncGenerator<Row> {
  yield* measureAgentStarts(place, rounds)
  yield* measureRuns(place, rounds)
  yield* measureCoordinated(place, Math.ceil(rounds / 2))
  yield* measureBoard(place, rounds)
  yield* measureSupervisor(place, rounds)
  yield* measureMerges(place, rounds)
  yield* measureCopies(place, rounds)
  yield* measureThroughput(place, 3 * rounds)
  yield* measureAgentMemory(place)
}

/** One agent, eight at the same time, and eight one after the other; the model answers at once. */
async function* measureRuns(place: Place, rounds: number): AsyncGenerator<Row> {
  const handOn = (count: number) => parts(count).map((prompt) => ({ name: 'delegate', arguments: { agent, prompt } }))
  const { url } = await place.serveThreads([
    { said: 'hand all of it on', turns: [{ calls: handOn(8) }, { text: partAnswer }] },
    { said: 'hand one part on', turns: [{ calls: handOn(1) }, { text: partAnswer }] },
    scriptOfParts,
  ])
  const [floorOne, floorAll, floorEach, headless, one, all, each, handedOne, handedAll] = await compare(
    [
      minimalAgents(url, [parts(1)], partAnswer),
      minimalAgents(url, [parts(8)], partAnswer),
      minimalAgents(url, sequence(parts(8)), partAnswer),
      await turnOf(place, url, 'do part 0'),
      await runOf(place, { url }, partTasks(1)),
      await runOf(place, { url }, partTasks(8)),
      await runOf(place, { url }, partTasks(8), { strategy: 'sequential' }),
      await turnOf(place, url, 'hand one part on'),
      await turnOf(place, url, 'hand all of it on'),
    ],
    rounds,
  )
  yield { what: 'A run of one agent, times the floor', ...ratio(one, floorOne), ...kept('one-agent', one, floorOne) }
  yield { what: 'A run of one agent, over a headless turn of the same', ...difference(one, headless) }
  yield { what: 'The floor of 8 agents at the same time, over one', ...difference(floorAll, floorOne) }
  yield {
    what: '8 agents of a run at the same time, over one',
    budget: 200,
    ...difference(all, one),
    ...kept('eight-agents', all, floorAll),
  }
  yield {
    what: '8 agents that one turn hands work to, over one',
    budget: 200,
    ...difference(handedAll, handedOne),
    ...kept('eight-delegated', handedAll, floorAll),
  }
  yield { what: 'The floor of each further agent in sequence', ...difference(floorEach, floorOne, 7) }
  yield {
    what: 'Each further task in sequence',
    ...difference(each, one, 7),
    ...kept('agents-in-sequence', each, floorEach),
  }
}

async function* measureCoordinated(place: Place, rounds: number): AsyncGenerator<Row> {
  const { url } = await place.serveThreads([{ ...scriptOfParts, delayMs: 300 }])
  const floor = minimalAgents(url, coordinatedWaves, partAnswer)
  const [floorTimes, own] = await compare([floor, await runOf(place, { url }, coordinatedTasks)], rounds)
  yield {
    what: '3 coordinated agents, each answered after 300 ms: the whole run',
    ...{ unit: 'ms', value: own.minMs, budget: 2000, from: ratio(own, floorTimes).from },
    ...kept('coordinated', own, floorTimes),
  }
}

/** Runs none of whose tasks begins: what it takes to set one up and clear it away, and what each change of a task adds. */
async function* measureBoard(place: Place, rounds: number): AsyncGenerator<Row> {
  const many = 200
  const run = (count: number) =>
    runOf(
      place,
      {},
      partTasks(count).map((task) => ({ ...task, isBlocked: true })),
    )
  const [bare, empty, full] = await compare([bareNode, await run(1), await run(many)], rounds)
  const what = 'A run that has nothing to do, from start to end, times bare Node'
  yield { what, ...ratio(empty, bare), ...kept('empty-run', empty, bare) }
  const change = 'Each change of a task, decided, shown and in the result'
  yield { what: change, ...difference(full, empty, many - 1), ...kept('task-changes', full, bare) }
}

const agent = 'measured-agent'
const sequence = (prompts: readonly string[]) => prompts.map((prompt) => [prompt])
const kept = (id: string, own: Times, floor: Times): { readonly kept: KeptRatio } => ({
  kept: { id, ratio: own.minMs / floor.minMs },
})
