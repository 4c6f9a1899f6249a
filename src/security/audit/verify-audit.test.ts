import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeAuditLine } from './audit-line.ts'
import { auditPlace } from './audit-place.ts'
import { openAudit } from './open-audit.ts'
import { verifyAudit } from './verify-audit.ts'

const recordCount = 12
let home = ''
let head = ''
let lines: readonly string[] = []
let heads = ''
const place = () => auditPlace(home)
const file = () => join(place().logDir, '2026-03.jsonl')
const headsFile = () => join(place().headsDir, '2026-03.jsonl')
const clean = { redact: (text: string) => text, hideNames: (text: string) => text }
const now = () => new Date('2026-03-04T05:06:07Z')

/** Two chains, one behind the other, with decisions and outcomes. */
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'audit-'))
  for (const thread of ['one', 'two']) {
    const log = await openAudit(place(), { now, ...clean })
    for (let index = 0; index < recordCount / 4; index += 1) {
      const of = await log.append({
        ...{ type: 'decision', thread, outcome: 'allow', layer: 'l', rule: 'r', reason: `${thread} ${index}` },
        action: { kind: 'tool', tool: `tool-${index}` },
      })
      await log.append({ type: 'outcome', thread, of, status: 'done' })
    }
    head = log.head()
    await log.close()
  }
  lines = readFileSync(file(), 'utf8').trimEnd().split('\n')
  heads = readFileSync(headsFile(), 'utf8')
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Nothing but the heads that are kept apart says how the log was. */
async function verdictOf(changed: readonly string[], keptHead?: string) {
  writeFileSync(file(), changed.map((line) => `${line}\n`).join(''))
  writeFileSync(headsFile(), heads)
  return await verifyAudit(place(), keptHead)
}

/** The same record, as somebody writes it who knows how lines are chained. */
function rewritten(line: string, chained: { chain?: string; seq: number; prev: string }, change: object = {}) {
  const { chain, hash: _, seq: __, prev: ___, ...fields } = JSON.parse(line)
  return writeAuditLine({ chain, ...chained }, { ...fields, ...change })
}

/** The chain from a line on, written anew with another first record. */
function rebuilt(from: number, change: object, chain?: string): readonly string[] {
  let prev = from === 0 ? '' : JSON.parse(lines[from - 1] ?? '').hash
  return lines.slice(from).map((line, index) => {
    const { seq } = JSON.parse(line)
    const made = rewritten(line, { seq, prev, ...(chain && { chain }) }, index === 0 ? change : {})
    prev = made.hash
    return made.line
  })
}

const each = Array.from({ length: recordCount }, (_, index) => index)

test('as it was written it is whole, and holds its head', async () => {
  expect(lines).toHaveLength(recordCount)
  expect(await verdictOf(lines, head)).toEqual({
    ...{ ok: true, records: recordCount, chains: 2, head, chainsWithoutHeads: 0, torn: [] },
  })
})

test.each(each)('record %i: a changed byte is found in its line, wherever it stands', async (at) => {
  const line = lines[at] ?? ''
  for (let index = 0; index < line.length; index += 7) {
    const byte = line[index] === 'x' ? 'y' : 'x'
    const changed = lines.with(at, line.slice(0, index) + byte + line.slice(index + 1))
    expect(await verdictOf(changed)).toMatchObject({ ok: false, line: at + 1 })
  }
})

test.each(each)('record %i: its removal is found, also of the last one', async (at) => {
  expect(await verdictOf(lines.toSpliced(at, 1))).toMatchObject({ ok: false })
})

test.each(each)('record %i: a log that ends before it is found', async (at) => {
  expect(await verdictOf(lines.slice(0, at))).toMatchObject({ ok: false })
})

test.each(each)('record %i: standing twice, or somewhere else, is found', async (at) => {
  const line = lines[at] ?? ''
  expect(await verdictOf(lines.toSpliced(at, 0, line))).toMatchObject({ ok: false })
  for (const to of each.filter((other) => other !== at)) {
    expect(await verdictOf(lines.toSpliced(at, 1).toSpliced(to, 0, line))).toMatchObject({ ok: false })
  }
})

test.each(each)('record %i: cut short, also at the end of its chain, is found in its line', async (at) => {
  const torn = lines.with(at, (lines[at] ?? '').slice(0, 200))
  expect(await verdictOf(torn)).toMatchObject({ ok: false, line: at + 1 })
})

test.each([0, 3, 6, 11])('record %i: a log that was written anew from there on is found', async (at) => {
  expect(await verdictOf([...lines.slice(0, at), ...rebuilt(at, { reason: 'another' })])).toMatchObject({ ok: false })
})

test('a log that was written anew as a whole is found, under other names as well and by what stands behind it', async () => {
  const other = rebuilt(0, { reason: 'another' }, '0123456789abcdef')
  expect(await verdictOf(other)).toMatchObject({ ok: false })
  expect(await verdictOf([])).toMatchObject({ ok: false, problem: expect.stringContaining('are missing') })
  const [last = ''] = lines.slice(-1)
  const { seq, hash } = JSON.parse(last)
  const more = rewritten(last, { seq: seq + 1, prev: hash })
  const andMore = rewritten(last, { seq: seq + 2, prev: more.hash })
  expect(await verdictOf([...lines, more.line, andMore.line])).toMatchObject({ ok: false, line: recordCount + 2 })
})

test('heads that were removed are missed, of all chains or of one', async () => {
  await verdictOf(lines)
  writeFileSync(headsFile(), '')
  expect(await verifyAudit(place())).toMatchObject({ ok: false, problem: expect.stringContaining('heads') })
  const { chain } = JSON.parse(lines[0] ?? '')
  writeFileSync(headsFile(), heads.replaceAll(new RegExp(`.*${chain}.*`, 'g'), ''))
  expect(await verifyAudit(place())).toMatchObject({ ok: false, line: recordCount / 2 })
})

test('a head that the process did not live to write is not missed', async () => {
  await verdictOf(lines)
  writeFileSync(headsFile(), heads.split('\n').slice(0, -1).join('\n'))
  expect(await verifyAudit(place())).toMatchObject({ ok: true })
})

test('a log of the earlier form is verified as it was, and goes on', async () => {
  let prev = ''
  const old = lines.slice(0, 6).map((line, seq) => {
    const made = rewritten(line, { seq, prev, chain: 'abcdef0123456789' }, { v: undefined })
    prev = made.hash
    return made.line
  })
  writeFileSync(file(), `${old.join('\n')}\n`)
  writeFileSync(headsFile(), '')
  const log = await openAudit(place(), { now, ...clean })
  await log.append({ type: 'outcome', thread: 'new', of: 'abcdef0123456789-0', status: 'done' })
  await log.close()
  expect(await verifyAudit(place())).toMatchObject({ ok: true, records: 7, chains: 2, chainsWithoutHeads: 1 })
  const whole = readFileSync(file(), 'utf8')
  for (const cut of [1, 3, 5]) {
    writeFileSync(file(), whole.split('\n').toSpliced(cut, 1).join('\n'))
    expect(await verifyAudit(place())).toMatchObject({ ok: false })
    writeFileSync(
      file(),
      whole
        .split('\n')
        .with(cut, (old[cut] ?? '').slice(0, 100))
        .join('\n'),
    )
    expect(await verifyAudit(place())).toMatchObject({ ok: false, line: cut + 1 })
  }
})

test('what was written with one write is one step from its head, and no more may stand behind it', async () => {
  rmSync(place().logDir, { recursive: true })
  rmSync(place().headsDir, { recursive: true })
  const log = await openAudit(place(), { now, ...clean })
  const of = await log.append({ type: 'outcome', thread: 't', of: 'a', status: 'done' })
  for (let count = 0; count < 3; count += 1) log.appendSoon({ type: 'outcome', thread: 't', of, status: 'done' })
  await log.append({ type: 'outcome', thread: 't', of, status: 'failed' })
  await log.close()
  expect(await verifyAudit(place())).toMatchObject({ ok: true, records: 5 })
  const [, first = '', second = ''] = readFileSync(headsFile(), 'utf8').split('\n')
  expect([first, second].map((line) => JSON.parse(line).seq)).toEqual([0, 4])
  writeFileSync(headsFile(), `\n${first}`)
  expect(await verifyAudit(place())).toMatchObject({ ok: true, records: 5 })
  const whole = readFileSync(file(), 'utf8').trimEnd().split('\n')
  const { seq, hash } = JSON.parse(whole.at(-1) ?? '')
  const forged = rewritten(whole.at(-1) ?? '', { seq: seq + 1, prev: hash })
  writeFileSync(file(), [...whole, forged.line].join('\n'))
  expect(await verifyAudit(place())).toMatchObject({ ok: false, line: 6 })
})
