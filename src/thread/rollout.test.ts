import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRollout, readRollout, rolloutFile } from './rollout.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollout-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const deps = { now: () => new Date('2026-03-04T05:06:07.089Z') }
const started = { type: 'turn.started' } as const

test('a rollout lies below the day on which it began, by local time', () => {
  const now = new Date(2026, 2, 4, 5, 6, 7)
  expect(rolloutFile('/home', 'id', now)).toBe('/home/sessions/2026/03/04/rollout-2026-03-04T05-06-07-id.jsonl')
})

test('lines are counted on, in a file that its owner alone may read', async () => {
  const file = join(directory, 'a/b/r.jsonl')
  for (const turnId of ['t1', 't2']) {
    const rollout = await openRollout(file, deps)
    await rollout.append(started, turnId)
    await rollout.append({ type: 'item.delta', item_id: 'item_0', delta: 'kept nowhere' }, turnId)
    await rollout.sync()
    await rollout.close()
  }
  const payload = { type: 'task_started', turn_id: 't1' }
  expect(await readRollout(file)).toEqual([
    { timestamp: '2026-03-04T05:06:07.089Z', ordinal: 0, type: 'event_msg', payload },
    { timestamp: '2026-03-04T05:06:07.089Z', ordinal: 1, type: 'event_msg', payload: { ...payload, turn_id: 't2' } },
  ])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('a torn last line is cut off, and so is a file that is nothing else', async () => {
  const file = join(directory, 'r.jsonl')
  await writeFile(file, '{"torn')
  const first = await openRollout(file, deps)
  await first.append(started, 't1')
  await first.close()
  const whole = await readFile(file, 'utf8')
  await appendFile(file, '{"type":"event_msg","payload":{"type":"ta')
  expect(await readRollout(file)).toHaveLength(1)
  await (await openRollout(file, deps)).close()
  expect(await readFile(file, 'utf8')).toBe(whole)
})

test('a line in the middle that is no JSON object costs that line alone', async () => {
  const file = join(directory, 'r.jsonl')
  const good = JSON.stringify({ timestamp: '', type: 'event_msg', payload: {} })
  await writeFile(file, [good, 'garbage', 'null', '7', '[]', '{"type":"x"}', good, ''].join('\n'))
  expect(await readRollout(file)).toHaveLength(2)
})

test('a rollout that cannot be opened or read is an error with its path', async () => {
  await writeFile(join(directory, 'file'), '')
  const below = join(directory, 'file/r.jsonl')
  await expect(openRollout(below, deps)).rejects.toMatchObject({
    code: 'rollout.unwritable',
    message: expect.stringContaining(below),
  })
  await expect(readRollout(join(directory, 'none.jsonl'))).rejects.toMatchObject({ code: 'rollout.unreadable' })
})
