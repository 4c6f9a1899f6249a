import { execFile } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AuditRecord } from './audit-record.ts'
import { openAudit } from './open-audit.ts'
import { verifyAudit } from './verify-audit.ts'

let directory = ''
beforeEach(() => {
  directory = path.join(mkdtempSync(path.join(tmpdir(), 'audit-')), 'audit')
})
afterEach(() => rmSync(path.dirname(directory), { recursive: true, force: true }))

const record = (name: string): AuditRecord => ({
  type: 'decision',
  thread: 't',
  outcome: 'allow',
  action: { kind: 'tool', tool: name },
  layer: 'profile offline',
  rule: 'tools: not narrowed',
  reason: 'allowed',
})
const deps = {
  now: () => new Date('2026-03-04T05:06:07Z'),
  redact: (text: string) => text.replaceAll('hunter2-secret', '[redacted]'),
}
const fileOf = () => path.join(directory, '2026-03.jsonl')
const lines = () => readFileSync(fileOf(), 'utf8').trimEnd().split('\n')

async function writeThree(): Promise<void> {
  const log = await openAudit(directory, deps)
  for (const name of ['a', 'b', 'c']) await log.append(record(name))
  await log.close()
}

test('records come back as written, for their owner alone', async () => {
  const log = await openAudit(directory, deps)
  const id = await log.append(record('a'))
  await log.append({ type: 'outcome', thread: 't', of: id, status: 'done' })
  expect(lines().map((line) => JSON.parse(line))).toMatchObject([
    { seq: 0, prev: '', time: '2026-03-04T05:06:07.000Z', type: 'decision', action: { kind: 'tool', tool: 'a' } },
    { seq: 1, of: id, status: 'done' },
  ])
  expect([statSync(fileOf()).mode & 0o777, statSync(directory).mode & 0o777]).toEqual([0o600, 0o700])
  expect(await verifyAudit(directory)).toEqual({ ok: true, records: 2, chains: 1, head: log.head() })
})

test('secrets are taken out of every text', async () => {
  const log = await openAudit(directory, deps)
  await log.append(record('x hunter2-secret y'))
  expect(readFileSync(fileOf(), 'utf8')).not.toContain('hunter2')
})

const changes: readonly [string, (all: string[]) => string[], number][] = [
  ['changed', (all) => all.map((line, index) => (index === 1 ? line.replace('"tool":"b"', '"tool":"x"') : line)), 2],
  ['changed in its blanks', (all) => all.map((line, index) => (index === 1 ? line.replace(',', ', ') : line)), 2],
  ['removed', (all) => all.filter((_, index) => index !== 1), 2],
  ['removed at the start', (all) => all.slice(1), 1],
  ['swapped', ([a = '', b = '', c = '']) => [a, c, b], 2],
  ['doubled', ([a = '', b = '', c = '']) => [a, b, b, c], 3],
  ['torn', ([a = '', b = '', c = '']) => [a, b.slice(0, 40), c], 2],
  ['made up', ([a = '', b = '', c = '']) => [a, b, '{"type":"decision"}', c], 3],
]
test.each(changes)('a line that was %s is found where it is', async (_how, change, line) => {
  await writeThree()
  writeFileSync(fileOf(), `${change(lines()).join('\n')}\n`)
  expect(await verifyAudit(directory)).toMatchObject({ ok: false, file: fileOf(), line })
})

test('a whole chain that was removed is missed by the next one', async () => {
  await writeThree()
  const kept = lines().length
  await writeThree()
  writeFileSync(fileOf(), `${lines().slice(kept).join('\n')}\n`)
  expect(await verifyAudit(directory)).toMatchObject({ ok: false, line: 1 })
})

test('a chain goes on over the end of a month', async () => {
  let time = new Date('2026-01-31T23:59:59Z')
  const log = await openAudit(directory, { ...deps, now: () => time })
  await log.append(record('a'))
  time = new Date('2026-02-01T00:00:01Z')
  await log.append(record('b'))
  expect(readdirSync(directory).sort()).toEqual(['2026-01.jsonl', '2026-02.jsonl'])
  expect(await verifyAudit(directory)).toMatchObject({ ok: true, records: 2, chains: 1 })
})

test('what a crash tore off does not swallow the next record', async () => {
  await writeThree()
  appendFileSync(fileOf(), '{"chain":"torn')
  await writeThree()
  expect(lines()).toHaveLength(7)
  expect(await verifyAudit(directory)).toMatchObject({ ok: false, line: 4, records: 3 })
})

test('several processes write into one log at the same time', async () => {
  const script = `import { openAudit } from ${JSON.stringify(path.join(import.meta.dirname, 'open-audit.ts'))}
    const log = await openAudit(process.argv[1], { now: () => new Date('2026-03-04T05:06:07Z'), redact: (text) => text })
    for (let i = 0; i < 200; i += 1) await log.append(${JSON.stringify(record('x'))})`
  const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, directory])
  await Promise.all([run(), run(), run()])
  expect(await verifyAudit(directory)).toMatchObject({ ok: true, records: 600, chains: 3 })
})

test('an empty line, as two processes at once may leave one, is no record', async () => {
  await writeThree()
  appendFileSync(fileOf(), '\n')
  await writeThree()
  expect(await verifyAudit(directory)).toMatchObject({ ok: true, records: 6, chains: 2 })
})

test('a directory that cannot be made is an error with a code', async () => {
  writeFileSync(path.join(path.dirname(directory), 'file'), '')
  await expect(openAudit(path.join(path.dirname(directory), 'file/audit'), deps)).rejects.toMatchObject({
    code: 'audit.unwritable',
  })
})
