import { compare } from './compare.ts'
import type { Row } from './measure.ts'
import { partAnswer, parts, partTasks, runOf, scriptOfParts } from './measured-runs.ts'
import { minimalAgents, type Place } from './open-place.ts'
import type { ThreadScript } from './serve-threads.ts'
import { difference } from './values-of-times.ts'

const answers = 4
const scoring = 'Score each answer below'

/** Every answer that is to be scored gets the same score. */
const scores: ThreadScript = {
  said: scoring,
  turns: [
    ({ body }) => {
      const tasks = [...JSON.stringify(body.input).matchAll(/<answer task=\\"([^"\\]+)\\"/g)].map(([, task]) => task)
      return { text: JSON.stringify({ scores: tasks.map((task) => ({ task, score: 7, reason: 'It is done.' })) }) }
    },
  ],
}

/** The ways in which the answers of agents become one, each beside a floor that asks as many questions. */
export async function* measureMerges(place: Place, rounds: number): AsyncGenerator<Row> {
  const { url } = await place.serveThreads([scores, scriptOfParts])
  const floor = (scorers: number) =>
    minimalAgents(url, [parts(answers), Array.from({ length: scorers }, () => scoring)], partAnswer)
  const run = (merge: 'concatenate' | 'voting' | 'highest-score') =>
    runOf(place, { url }, partTasks(answers), { merge, strategy: 'parallel' })
  const [least, leastOfJudge, leastOfVote, concatenated, judged, voted] = await compare(
    [floor(0), floor(1), floor(answers), await run('concatenate'), await run('highest-score'), await run('voting')],
    rounds,
  )
  const all = [
    { name: 'concatenate', own: concatenated, beside: least },
    { name: 'highest-score', own: judged, beside: leastOfJudge },
    { name: 'voting', own: voted, beside: leastOfVote },
  ]
  for (const { name, own, beside } of all) {
    yield {
      what: `\`${name}\` of ${answers} answers, the run over its floor`,
      ...difference(own, beside),
      kept: { id: `merge-${name}`, ratio: own.minMs / beside.minMs },
    }
  }
}
