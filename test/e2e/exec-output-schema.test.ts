import { expect, test } from 'vitest'
import { completedItems, execCase, userTexts } from '../support/exec-case.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { sentBody } from '../support/scripted-session.ts'

const schema = {
  type: 'object',
  properties: { a: { type: 'string' } },
  required: ['a'],
  additionalProperties: false,
}
const given = (turns: readonly ModelTurn[], text = JSON.stringify(schema)) =>
  execCase(turns, { files: { 'schema.json': text } })
const flag = ['--output-schema', 'schema.json']

test('an answer that fits is sent for and taken as it is', async () => {
  const { exec, server } = await given([{ text: '{"a":"x"}' }])
  expect((await exec([...flag, 'hi'])).exitCode).toBe(0)
  expect(server.requests).toHaveLength(1)
  expect(sentBody(server, 0).text).toMatchObject({
    format: { type: 'json_schema', strict: true, name: 'codex_output_schema', schema },
  })
})

test('an answer that does not fit gets one more try, told what is wrong path by path', async () => {
  const usage = { input: 10, output: 5 }
  const { exec, run, server } = await given([
    { text: '{"a":1,"b":2}', usage },
    { text: '{"a":"x"}', usage },
    { text: '{"a":1}' },
    { text: '{"a":"y"}' },
  ])
  const result = await exec([...flag, 'hi'])
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'agent_message').at(-1)).toMatchObject({ text: '{"a":"x"}' })
  expect(result.events.at(-1)?.usage).toMatchObject({ input_tokens: 20, output_tokens: 10 })
  const repair = userTexts(sentBody(server, 1)).at(-1)
  expect(repair).toContain("- /: must NOT have additional properties: 'b' is one")
  expect(repair).toContain('- /a: must be string')
  expect((await run(['exec', '--skip-git-repo-check', ...flag, 'hi'])).stdout).toBe('{"a":"y"}\n')
})

test('a second answer that does not fit fails the turn', async () => {
  const { exec, server } = await given([{ text: 'Sure: {"a":"x"}' }, { text: '{"a":2}' }])
  const { exitCode, events } = await exec([...flag, 'hi'])
  expect(exitCode).toBe(1)
  expect(events.at(-1)).toMatchObject({
    type: 'turn.failed',
    error: { code: 'thread.output_schema', message: expect.stringContaining('/a: must be string') },
  })
  expect(server.requests).toHaveLength(2)
})

test.for([
  ['a list', '[1]'],
  ['a type that there is not', '{"type":"text"}'],
  ['a reference to nothing', '{"$ref":"#/none"}'],
])('%s is no schema: exit 1 before any event and any request', async ([, text]) => {
  const { exec, server } = await given([], text)
  const { exitCode, stdout, stderr } = await exec([...flag, 'hi'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toContain('The output schema is no JSON Schema')
  expect(server.requests).toHaveLength(0)
})

test("a playbook's report is no JSON, which is said with the way on, and its steps run once", async () => {
  const { run, server } = await given([])
  const argv = ['exec', '--skip-git-repo-check', '--playbook', ...flag, '@security-analyst audit this']
  const { exitCode, stderr } = await run(argv)
  expect(exitCode).toBe(1)
  expect(stderr).toContain('it is not JSON')
  expect(stderr).toContain('hint: A playbook writes a report')
  expect(server.requests).toHaveLength(0)
})
