import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileStore, rolloutFile } from './file-store.ts'
import { readRecordLines } from './library/read-record-lines.ts'
import { openRecordFile } from './record-file.ts'
import { rolloutOf } from './rollout.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollout-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const deps = { now: () => new Date('2026-03-04T05:06:07.089Z') }
const started = { type: 'turn.started' } as const
const good = JSON.stringify({ timestamp: '', type: 'event_msg', payload: {} })
const linesOf = (file: string) => [...readRecordLines(file, 0)]

test('a rollout lies below the day on which it began, by local time', () => {
  const now = new Date(2026, 2, 4, 5, 6, 7)
  expect(rolloutFile('/home', 'id', now)).toBe('/home/sessions/2026/03/04/rollout-2026-03-04T05-06-07-id.jsonl')
})

test('what only a live view needs is kept nowhere, and the file is its owner’s alone', async () => {
  const file = join(directory, 'a/b/r.jsonl')
  const rollout = rolloutOf(openRecordFile(file), { ordinal: 0 }, deps)
  rollout.append(started, 't1')
  rollout.append({ type: 'item.delta', item_id: 'item_0', delta: 'kept nowhere' }, 't1')
  await rollout.sync()
  await rollout.close()
  const payload = { type: 'task_started', turn_id: 't1' }
  const line = { timestamp: '2026-03-04T05:06:07.089Z', ordinal: 0, type: 'event_msg', payload }
  expect(linesOf(file).map((each) => each.line)).toEqual([line])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test.each([
  ['the beginning of a line', '{"type":"event_msg","payload":{"type":"ta'],
  ['NUL bytes, as a machine leaves them that lost its power', '\0'.repeat(200_000)],
  ['half of a sign', Buffer.from('{"type":"ä').subarray(0, -1)],
])('%s at the end is cut off, and nothing else', async (_, torn) => {
  const file = join(directory, 'r.jsonl')
  await writeFile(file, `${good}\n${good}\n`)
  await appendFile(file, torn)
  expect(linesOf(file)).toHaveLength(2)
  await openRecordFile(file).close()
  expect(await readFile(file, 'utf8')).toBe(`${good}\n${good}\n`)
  await writeFile(file, torn)
  await openRecordFile(file).close()
  expect(await readFile(file, 'utf8')).toBe('')
})

test('a last line that only lacks its newline is read, and gets it', async () => {
  const file = join(directory, 'r.jsonl')
  await writeFile(file, `${good}\n${good}`)
  expect(linesOf(file)).toMatchObject([{ end: good.length + 1 }, { end: good.length + 1, unfinished: true }])
  await openRecordFile(file).close()
  expect(await readFile(file, 'utf8')).toBe(`${good}\n${good}\n`)
})

test('a line in the middle that cannot be read costs that line alone', async () => {
  const file = join(directory, 'r.jsonl')
  const halfSign = Buffer.concat([Buffer.from('{"type":"ä').subarray(0, -1), Buffer.from('\n')])
  await writeFile(file, [good, 'garbage', 'null', '7', '[]', '{"type":"x"}', '', ''].join('\n'))
  await appendFile(file, halfSign)
  await appendFile(file, `\0\0\0\n\0\0${good}\n${good}\n`)
  const lines = linesOf(file)
  expect(lines).toHaveLength(11)
  expect(lines.flatMap(({ line }, index) => (line ? index : []))).toEqual([0, 9, 10])
  expect(lines.at(-1)?.end).toBe((await stat(file)).size)
})

test('a line of 50 MB is read like any other', async () => {
  const file = join(directory, 'r.jsonl')
  const long = JSON.stringify({ type: 'event_msg', payload: { text: 'x'.repeat(50_000_000) } })
  await writeFile(file, `${good}\n${long}\n${good}\n`)
  expect(linesOf(file).map(({ line }) => String(line?.payload.text ?? '').length)).toEqual([0, 50_000_000, 0])
})

test('a rollout that cannot be opened or read is an error with its path', async () => {
  await writeFile(join(directory, 'file'), '')
  const below = join(directory, 'file/r.jsonl')
  expect(() => openRecordFile(below)).toThrow(
    expect.objectContaining({ code: 'rollout.unwritable', message: expect.stringContaining(below) }),
  )
  expect(() => linesOf(join(directory, 'none.jsonl'))).toThrow(expect.objectContaining({ code: 'rollout.unreadable' }))
})

test('the thread of a process that died is held by the next one that asks', async () => {
  const store = openFileStore(directory, deps)
  await (await store.create('one')).close()
  // No process has so high a number (proc(5): pid_max is at most 2^22).
  await writeFile(join(directory, 'thread-locks/one'), `${2 ** 22 + 1} 1`)
  store.assertFree('one')
  const writer = await store.create('one')
  const message = expect.stringMatching(new RegExp(`in use by process ${process.pid} since \\d{4}-`))
  expect(() => store.assertFree('one')).toThrow(expect.objectContaining({ code: 'thread.busy', message }))
  await writer.close()
})
