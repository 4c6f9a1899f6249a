import { compare } from './compare.ts'
import type { Row } from './measure.ts'
import { coordinatedTasks, coordinatedWaves, partAnswer, runOf, scriptOfParts, supervisorOf } from './measured-runs.ts'
import { minimalAgents, type Place } from './open-place.ts'
import type { ThreadScript } from './serve-threads.ts'
import { difference, ratio } from './values-of-times.ts'

const planning = 'Plan how the agents below reach this goal'

/** The plan that a model makes: the three tasks of the coordinated run. */
const plan: ThreadScript = {
  said: planning,
  turns: [
    {
      text: JSON.stringify({
        strategy: 'hybrid',
        tasks: coordinatedTasks.map(({ id, prompt, needs = [] }) => {
          return { ...{ id, title: id, prompt, agent: 'measured-agent', needs }, paths: [], write: [], required: true }
        }),
      }),
    },
  ],
}

/** A supervisor that plans and begins nothing, and one that reaches its goal with three agents. */
export async function* measureSupervisor(place: Place, rounds: number): AsyncGenerator<Row> {
  const { url } = await place.serveThreads([plan, scriptOfParts])
  const [leastPlan, least, planned, reached, workflow] = await compare(
    [
      minimalAgents(url, [[planning]], 'strategy'),
      minimalAgents(url, [[planning], ...coordinatedWaves], partAnswer),
      await supervisorOf(place, url, ['--dry-run'], '"hybrid"'),
      await supervisorOf(place, url, [], '"status":"done"'),
      await runOf(place, { url }, coordinatedTasks),
    ],
    rounds,
  )
  yield {
    what: 'A supervisor that plans and begins nothing, times the floor',
    ...ratio(planned, leastPlan),
    kept: { id: 'supervisor-plan', ratio: planned.minMs / leastPlan.minMs },
  }
  yield {
    what: 'A goal that a model plans for three agents, over the same as a workflow',
    ...difference(reached, workflow),
    kept: { id: 'supervisor', ratio: reached.minMs / least.minMs },
  }
}
