import { expect, test } from 'vitest'
import { completedItems, execCase, inputOf } from '../support/exec-case.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { sentBody } from '../support/scripted-session.ts'

const files = { 'a.txt': 'one', 'b.txt': 'two' }
const read = (path: string): ModelTurn => ({ calls: [{ name: 'read_file', arguments: { path } }] })
const outputs = (body: Readonly<Record<string, unknown>>) =>
  inputOf(body).flatMap((item) => ('output' in item ? [String(item.output)] : []))

test('the same call with the same result is remarked on, then the turn stops, and the thread can go on', async () => {
  const { exec, server } = await execCase([...Array.from({ length: 6 }, () => read('a.txt')), { text: 'Sorry.' }], {
    files,
  })
  const first = await exec(['look'])
  expect(first.exitCode).toBe(1)
  expect(first.events.at(-1)).toMatchObject({
    type: 'turn.failed',
    error: { code: 'thread.loop', message: expect.stringContaining('read_file 6 times'), hint: expect.any(String) },
  })
  expect(server.requests).toHaveLength(6)
  const seen = outputs(sentBody(server, 5))
  expect(seen.map((text) => text.includes('the same result'))).toEqual([false, false, true, true, true])

  const second = await exec(['resume', String(first.events[0]?.thread_id), 'read b.txt instead'])
  expect(second.exitCode).toBe(0)
  expect(outputs(sentBody(server, 6))).toHaveLength(6)
})

test('two calls by turns are a loop too', async () => {
  const { exec, server } = await execCase(
    Array.from({ length: 30 }, (_, index) => read(index % 2 ? 'a.txt' : 'b.txt')),
    { files },
  )
  const { exitCode, events } = await exec(['look'])
  expect(exitCode).toBe(1)
  expect(events.at(-1)).toMatchObject({ error: { code: 'thread.loop' } })
  expect(server.requests).toHaveLength(12)
})

test('a command with the same long output is one, although its output lies in another file each time', async () => {
  const { exec, server } = await execCase(
    Array.from({ length: 9 }, (): ModelTurn => ({ calls: [{ shell: 'seq 1 30000' }] })),
  )
  const { exitCode, events } = await exec(['count'])
  expect(exitCode).toBe(1)
  expect(events.at(-1)).toMatchObject({ error: { code: 'thread.loop' } })
  expect(server.requests).toHaveLength(6)
})

test('results that change are no loop', async () => {
  const turns: ModelTurn[] = Array.from({ length: 9 }, () => ({ calls: [{ shell: 'echo x >> log; wc -l < log' }] }))
  const { exec } = await execCase([...turns, { text: 'Nine.' }])
  const result = await exec(['-s', 'workspace-write', 'count'])
  expect(completedItems(result, 'agent_message')).toMatchObject([{ text: 'Nine.' }])
})

test('how often is configured, and it can be turned off', async () => {
  const again = Array.from({ length: 8 }, () => read('a.txt'))
  const stricter = await execCase(again, { files, config: 'loop_detection = { hint_after = 2, stop_after = 3 }' })
  await stricter.exec(['look'])
  expect(stricter.server.requests).toHaveLength(3)
  const off = await execCase([...again, { text: 'Done.' }], { files, config: 'loop_detection = { enabled = false }' })
  expect((await off.exec(['look'])).exitCode).toBe(0)
})
