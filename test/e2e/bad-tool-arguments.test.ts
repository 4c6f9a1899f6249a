import { expect, test } from 'vitest'
import { execCase, inputOf, outline } from '../support/exec-case.ts'
import type { ScriptedCall } from '../support/model-server.ts'
import { sentBody } from '../support/scripted-session.ts'

test.for<[string, ScriptedCall, RegExp]>([
  [
    'cut JSON',
    { name: 'read_file', arguments: '{"path":"a.t' },
    /^failed to parse function arguments: .+ at position 12/,
  ],
  ['no JSON at all', { name: 'read_file', arguments: 'a.txt' }, /^failed to parse function arguments: /],
  [
    'a field of the wrong type',
    { name: 'read_file', arguments: { path: 7 } },
    /^failed to parse function arguments: path: .*string/,
  ],
  ['a tool that there is not', { name: 'read_files', arguments: {} }, /^unsupported call: read_files/],
  ['a tool of no name', { name: '', arguments: {} }, /^unsupported call: /],
])('%s is told to the model, and the turn goes on', async ([, call, told]) => {
  const { exec, server } = await execCase([{ calls: [call] }, { text: 'Done.' }], { files: { 'a.txt': 'one' } })
  const result = await exec(['hi'])
  expect(result.exitCode).toBe(0)
  expect(String(inputOf(sentBody(server, 1)).at(-1)?.output)).toMatch(told)
  expect(outline(result)).toEqual([
    'thread.started',
    'turn.started',
    'item.completed agent_message item_0',
    'turn.completed',
  ])
})

test('a call of no tool is answered with those that the model was given or can find, and no others', async () => {
  const { exec, server } = await execCase([{ calls: [{ name: 'nope', arguments: {} }] }, { text: 'Done.' }])
  expect(await exec(['hi'])).toMatchObject({ exitCode: 0 })
  const [told = '', list = ''] = String(inputOf(sentBody(server, 1)).at(-1)?.output).split(' The tools are: ')
  expect(told).toBe('unsupported call: nope.')
  const given = JSON.stringify(sentBody(server, 0).tools)
  expect(list.split(', ').filter((name) => !given.includes(name))).toEqual([])
  expect(list.split(', ')).toEqual(expect.arrayContaining(['read_file', 'tool_search', 'delegate']))
})
