import { expect, test } from 'vitest'
import { type MergedResult, runResultSchema } from '../../src/plugin-api/run.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { lastUserText, scriptedSession } from '../support/scripted-session.ts'

const agent = (id: string) =>
  `[agent]\nid = "${id}"\nname = "${id}"\ndescription = "d"\n[prompt]\nsystem = "I am ${id}."\n`

/** What each agent gives the answers of others; one that is not there answers with no scores at all. */
type Ballots = Readonly<Record<string, Readonly<Record<string, number>>>>

const ids = ['one', 'two', 'three']

/** Three agents answer one goal, and score as the ballots say. */
async function merged(ballots: Ballots, ...flags: readonly string[]): Promise<MergedResult> {
  const turn = ({ body }: { readonly body: unknown }): ModelTurn => {
    const text = JSON.stringify(body)
    const who = ['judge', ...ids].find((id) => text.includes(`I am ${id}.`)) ?? ''
    if (!lastUserText(body as Readonly<Record<string, unknown>>).includes('<answer task='))
      return { text: `By ${who}.` }
    const given = ballots[who]
    if (given === undefined) return { text: 'I would rather not.' }
    const scores = Object.entries(given).map(([task, score]) => ({ task, score, reason: `${who} says ${score}` }))
    return { text: JSON.stringify({ scores }) }
  }
  const names = ids.map((id): readonly [string, string] => [`agents/${id}.toml`, agent(id)])
  const flow = ids.map((id) => `[[tasks]]\nid = "${id}"\ntitle = "T"\nprompt = "Say it."\nagent = "${id}"\n`).join('\n')
  const session = await scriptedSession(
    Array.from({ length: 30 }, () => turn),
    {
      home: {
        ...Object.fromEntries(names),
        'agents/judge.toml': agent('judge'),
        'workflows/w.toml': `[workflow]\nid = "w"\ndescription = "d"\nstrategy = "parallel"\n\n${flow}`,
      },
    },
  )
  const { stdout, stderr } = await session.run(['supervisor', '--workflow', 'w', '--format', 'json', ...flags])
  if (stdout === '') throw new Error(stderr)
  return runResultSchema.parse(JSON.parse(stdout)).merged
}

const scoresOf = ({ answers }: MergedResult) => Object.fromEntries(answers.map(({ task, score }) => [task, score]))

test('a vote is won by the highest mean; nobody scores its own answer, and losing answers keep their votes', async () => {
  const result = await merged(
    { one: { one: 10, two: 9, three: 4 }, two: { one: 2, three: 5 }, three: { one: 3, two: 8 } },
    '--merge',
    'voting',
  )
  expect(result).toMatchObject({ strategy: 'voting', decided: true, winner: 'two', text: 'By two.' })
  expect(scoresOf(result)).toEqual({ one: 2.5, two: 8.5, three: 4.5 })
  expect(result.answers[0]?.votes).toEqual([
    { by: 'two', score: 2, reason: 'two says 2' },
    { by: 'three', score: 3, reason: 'three says 3' },
  ])
})

test('of two answers with the same mean the one with more votes wins, else the earlier one, and that is said', async () => {
  const equal = { one: { two: 7, three: 7 }, two: { one: 1, three: 7 }, three: { one: 1, two: 7 } }
  expect(await merged(equal, '--merge', 'voting')).toMatchObject({
    ...{ decided: true, winner: 'two' },
    reason: 'as good as three: the one with more votes is chosen, else the earlier one',
  })
})

test('where too few agents vote nothing is chosen, all answers stand there, and that is said', async () => {
  const result = await merged({ one: { two: 9 } }, '--merge', 'voting')
  expect(result).toMatchObject({ decided: false, reason: 'too few agents voted' })
  for (const id of ids) expect(result.text).toContain(`By ${id}.`)
  expect(scoresOf(result)).toEqual({ one: null, two: 9, three: null })
})

test('the judge alone scores, the first of two equal answers wins, and a judge without scores chooses none', async () => {
  const judged = ['--merge', 'highest-score', '--judge', 'judge']
  const result = await merged({ judge: { one: 5, two: 8, three: 8 }, one: { two: 0 } }, ...judged)
  expect(result).toMatchObject({ strategy: 'highest-score', decided: true, winner: 'two', text: 'By two.' })
  expect(result.answers.map(({ votes }) => votes.map(({ by }) => by))).toEqual([['judge'], ['judge'], ['judge']])
  expect(result.reason).toContain('as good as three')
  expect(await merged({}, ...judged)).toMatchObject({ decided: false, reason: 'the judge scored none' })
})
