import { execFile } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { auditPlace } from './audit-place.ts'
import type { AuditRecord } from './audit-record.ts'
import { createNameHider } from './hide-names.ts'
import { openAudit } from './open-audit.ts'
import { verifyAudit } from './verify-audit.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'audit-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const record = (name: string): Extract<AuditRecord, { type: 'decision' }> => ({
  type: 'decision',
  thread: 't',
  outcome: 'allow',
  action: { kind: 'tool', tool: name },
  layer: 'profile offline',
  rule: 'tools: not narrowed',
  reason: 'allowed',
})
const denial = { ...record('x'), outcome: 'deny' } as const
const deps = {
  now: () => new Date('2026-03-04T05:06:07Z'),
  redact: (text: string) => text.replaceAll('hunter2-secret', '[redacted]'),
  hideNames: createNameHider('/home/alice', { USER: 'alice' }),
}
const place = () => auditPlace(home)
const fileOf = () => path.join(place().logDir, '2026-03.jsonl')
const lines = () => readFileSync(fileOf(), 'utf8').trimEnd().split('\n')

async function writeThree(): Promise<void> {
  const log = await openAudit(place(), deps)
  for (const name of ['a', 'b', 'c']) await log.append(record(name))
  await log.close()
}

test.each([0, 50, 4000, 4096, 70_000, 900_000])(
  'a log names the last whole line before it, however long the one is that a crash tore off behind (%d)',
  async (length) => {
    await writeThree()
    const before = lines().map((line) => JSON.parse(line).hash)
    appendFileSync(fileOf(), `{"chain":"0a1b${'x'.repeat(length)}`.slice(0, length))
    const log = await openAudit(place(), deps)
    await log.append(record('d'))
    await log.close()
    expect(JSON.parse(lines().at(-1) ?? '')).toMatchObject({ seq: 0, prev: before.at(-1) })
    expect(await verifyAudit(place())).toMatchObject({ ok: true, records: 4 })
  },
)

test('records come back as written, for their owner alone', async () => {
  const log = await openAudit(place(), deps)
  const id = await log.append(record('a'))
  await log.append({ type: 'outcome', thread: 't', of: id, status: 'done' })
  expect(lines().map((line) => JSON.parse(line))).toMatchObject([
    { seq: 0, prev: '', time: '2026-03-04T05:06:07.000Z', type: 'decision', action: { kind: 'tool', tool: 'a' } },
    { seq: 1, of: id, status: 'done' },
  ])
  const { logDir, headsDir } = place()
  const modes = [fileOf(), path.join(headsDir, '2026-03.jsonl'), logDir, headsDir].map(
    (each) => statSync(each).mode & 0o777,
  )
  expect(modes).toEqual([0o600, 0o600, 0o700, 0o700])
  expect(await verifyAudit(place())).toEqual({
    ...{ ok: true, records: 2, chains: 1, head: log.head() },
    ...{ chainsWithoutHeads: 0, torn: [] },
  })
})

test('secrets are taken out of every text', async () => {
  const log = await openAudit(place(), deps)
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
  expect(await verifyAudit(place())).toMatchObject({ ok: false, file: fileOf(), line })
})

test('a whole chain that was removed is missed by the next one', async () => {
  await writeThree()
  const kept = lines().length
  await writeThree()
  writeFileSync(fileOf(), `${lines().slice(kept).join('\n')}\n`)
  expect(await verifyAudit(place())).toMatchObject({ ok: false, line: 1 })
})

test('names of people and home directories do not stay, in whatever field', async () => {
  const log = await openAudit(place(), deps)
  log.describe({ turn: 'turn-1', agentPath: ['default', 'reviewer'], profile: 'offline' })
  const script = 'cat /home/alice/notes /home/bob/x && ssh alice@host && curl -H "A: hunter2-secret"'
  const action = { kind: 'exec', script, shell: '/bin/bash', cwd: '/home/alice/work' } as const
  const argv = [
    ['cat', '/home/alice/notes', '/home/bob/x'],
    ['ssh', 'alice@host'],
    ['curl', '-H', 'A: hunter2-secret'],
  ]
  const of = await log.append({
    ...denial,
    action,
    argv,
    deniedPaths: ['/home/bob/x'],
    deniedHosts: ['alice.example:443'],
  })
  await log.append({ type: 'outcome', thread: 't', of, status: 'failed', detail: 'in /home/alice and /Users/carol' })
  const [decision = '', outcome = ''] = lines()
  expect(JSON.parse(decision)).toMatchObject({
    ...{ v: 2, turn: 'turn-1', agentPath: ['default', 'reviewer'], profile: 'offline' },
    action: { script: 'cat ~/notes /home/[USER]/x && ssh [USER]@host && curl -H "A: [redacted]"', cwd: '~/work' },
    argv: [
      ['cat', '~/notes', '/home/[USER]/x'],
      ['ssh', '[USER]@host'],
      ['curl', '-H', 'A: [redacted]'],
    ],
    ...{ deniedPaths: ['/home/[USER]/x'], deniedHosts: ['[USER].example:443'] },
  })
  expect(JSON.parse(outcome)).toMatchObject({ of, detail: 'in ~ and /Users/[USER]', turn: 'turn-1' })
})

test('a chain goes on over the end of a month', async () => {
  let time = new Date('2026-01-31T23:59:59Z')
  const log = await openAudit(place(), { ...deps, now: () => time })
  await log.append(record('a'))
  time = new Date('2026-02-01T00:00:01Z')
  await log.append(record('b'))
  expect(readdirSync(place().logDir).sort()).toEqual(['2026-01.jsonl', '2026-02.jsonl'])
  expect(await verifyAudit(place())).toMatchObject({ ok: true, records: 2, chains: 1 })
})

test('what a crash tore off does not swallow the next record', async () => {
  await writeThree()
  appendFileSync(fileOf(), '{"chain":"0a1b')
  appendFileSync(path.join(place().headsDir, '2026-03.jsonl'), '\n{"chain":"0a')
  await writeThree()
  expect(lines()).toHaveLength(7)
  expect(await verifyAudit(place())).toMatchObject({ ok: true, records: 6, torn: [{ file: fileOf(), line: 4 }] })
})

test('several processes write into one log at the same time, also over the end of a month', async () => {
  const script = `import { openAudit } from ${JSON.stringify(path.join(import.meta.dirname, 'open-audit.ts'))}
    let count = 0
    const now = () => new Date(count++ < 150 ? '2026-03-31T23:59:59Z' : '2026-04-01T00:00:01Z')
    const clean = { redact: (text) => text, hideNames: (text) => text }
    const log = await openAudit(JSON.parse(process.argv[1]), { now, ...clean })
    for (let i = 0; i < 200; i += 1) await log.append(${JSON.stringify(record('x'))})`
  const run = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, JSON.stringify(place())])
  await Promise.all([run(), run(), run()])
  expect(readdirSync(place().logDir).sort()).toEqual(['2026-03.jsonl', '2026-04.jsonl'])
  expect(await verifyAudit(place())).toMatchObject({ ok: true, records: 600, chains: 3, torn: [] })
})

test('an empty line, as two processes at once may leave one, is no record', async () => {
  await writeThree()
  appendFileSync(fileOf(), '\n')
  await writeThree()
  expect(await verifyAudit(place())).toMatchObject({ ok: true, records: 6, chains: 2 })
})

test('a directory that cannot be made is an error with a code', async () => {
  writeFileSync(path.join(home, 'file'), '')
  await expect(openAudit(auditPlace(path.join(home, 'file')), deps)).rejects.toMatchObject({
    code: 'audit.unwritable',
  })
})
