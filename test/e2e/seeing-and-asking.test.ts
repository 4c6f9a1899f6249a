import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase, toolOutputs } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const part = { type: 'input_image', image_url: `data:image/png;base64,${png.toString('base64')}`, detail: 'high' }

/** The output of a call, as it was sent. */
function outputOf(body: Readonly<Record<string, unknown>>, callId: string): unknown {
  const items = body.input as readonly Readonly<Record<string, unknown>>[] // as the Responses API has it
  return items.find(({ type, call_id }) => type === 'function_call_output' && call_id === callId)?.output
}

test('an image that the model views is sent with the next request, kept in the rollout, and sent again when the thread goes on', async () => {
  const { exec, server, workspace } = await execCase([
    { calls: [{ name: 'view_image', arguments: { path: 'dot.png', detail: 'high' } }] },
    { text: 'a dot' },
    { text: 'still a dot' },
  ])
  await writeFile(join(workspace.path, 'dot.png'), png)
  const result = await exec(['what is in dot.png?'])
  expect(result.exitCode).toBe(0)
  const sent = outputOf(sentBody(server, 1), 'call_1_0')
  expect(sent).toEqual([{ type: 'input_text', text: 'dot.png: image/png, 1 x 1 pixels, 70 bytes' }, part])
  expect(completedItems(result, 'tool_call')).toMatchObject([{ tool: 'view_image', status: 'completed' }])
  await exec(['resume', '--last', 'and now?'])
  expect(outputOf(sentBody(server, 2), 'call_1_0')).toEqual(sent)
})

test('where nobody is there, questions and wishes are answered at once, and the turn goes on', async () => {
  const { exec, server } = await execCase([
    {
      calls: [
        { name: 'request_user_input', arguments: { questions: [{ id: 'a', question: 'Which?' }] } },
        { name: 'request_permissions', arguments: { reason: 'To look.', write: ['/opt/x'], hosts: ['example.com'] } },
      ],
    },
    { text: 'done' },
  ])
  const result = await exec(['-s', 'workspace-write', 'go'])
  expect(result.exitCode).toBe(0)
  const told = toolOutputs(sentBody(server, 1))
  expect(told.call_1_0).toContain('Nobody is there to answer')
  expect(told.call_1_1).toMatch(/^denied: write \/opt\/x\. .*\ndenied: network example\.com\. /)
  expect(completedItems(result, 'denial')).toHaveLength(2)
})

test('a page that the profile does not allow is not fetched', async () => {
  const { exec, server } = await execCase([
    { calls: [{ name: 'web_fetch', arguments: { url: 'http://127.0.0.1:9/never' } }] },
    { text: 'done' },
  ])
  const result = await exec(['go'])
  expect(completedItems(result, 'denial')).toMatchObject([{ action: { kind: 'network', host: '127.0.0.1', port: 9 } }])
  expect(toolOutputs(sentBody(server, 1)).call_1_0).toContain('Denied: GET to 127.0.0.1:9')
})

test('the tools that a model is offered stand in the same order in every request and every thread', async () => {
  const { exec, server } = await execCase([
    { calls: [{ name: 'list_dir', arguments: {} }] },
    { text: 'one' },
    { text: 'two' },
  ])
  await exec(['go'])
  await exec(['again'])
  const names = [0, 1, 2].map(
    (index) => (sentBody(server, index).tools as readonly Readonly<Record<string, unknown>>[]).map(({ name }) => name), // the same
  )
  expect(names[1]).toEqual(names[0])
  expect(names[2]).toEqual(names[0])
  for (const name of [
    'read_file',
    'list_dir',
    'search',
    'apply_patch',
    'view_image',
    'web_fetch',
    'request_user_input',
    'request_permissions',
  ]) {
    expect(names[0]).toContain(name)
  }
})
