import type { QuestionRequest } from 'codex-kernel/plugin-api'
import { afterEach, expect, test } from 'vitest'
import { type BenchOptions, openToolBench, type ToolBench } from '../../../test/support/tool-bench.ts'
import { tool } from './request-user-input.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})
async function ask(input: object, ask?: BenchOptions['ask']) {
  const bench = await openToolBench([tool], { ...(ask && { ask }) })
  benches.push(bench)
  return (await bench.run('request_user_input', input)).output
}

const questions = [
  {
    id: 'branch',
    header: 'Branch',
    question: 'Which branch?',
    options: [{ label: 'main', description: 'The usual one.' }, { label: 'next' }],
  },
  { id: 'name', question: 'Which name?' },
]

test('the person sees the questions, and the model their answers by id', async () => {
  const asked: QuestionRequest[] = []
  const output = await ask({ questions }, async (request) => {
    asked.push(request)
    return { type: 'answered', answers: { branch: ['next'], name: [] } }
  })
  expect(asked).toEqual([
    {
      asker: 'The agent',
      questions: [
        { ...questions[0], isMultiple: false, allowsOther: true },
        { ...questions[1], isMultiple: false, allowsOther: true },
      ],
    },
  ])
  expect(output.output).toBe(
    '{"answers":{"branch":{"answers":["next"]},"name":{"answers":[]}}}\n[Passed over: name. Decide these by yourself.]',
  )
  expect(output).not.toHaveProperty('failed')
})

test('where nobody is there, or nobody answers, the model is told how to go on', async () => {
  expect(await ask({ questions })).toMatchObject({ failed: true, output: expect.stringContaining('Nobody is there') })
  expect(await ask({ questions }, async () => ({ type: 'declined' }))).toMatchObject({
    failed: true,
    output: expect.stringContaining('does not want to answer'),
  })
})

test('two questions of one id are refused', async () => {
  expect(await ask({ questions: [questions[1], questions[1]] })).toMatchObject({
    failed: true,
    output: expect.stringContaining('an id of its own'),
  })
})
