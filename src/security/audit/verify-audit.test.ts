import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAudit } from './open-audit.ts'
import { verifyAudit } from './verify-audit.ts'

const recordCount = 12
let directory = ''
let head = ''
let lines: readonly string[] = []
const file = () => join(directory, '2026-03.jsonl')

/** Two chains, one behind the other, with decisions and outcomes. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'audit-'))
  for (const thread of ['one', 'two']) {
    const log = await openAudit(directory, { now: () => new Date('2026-03-04T05:06:07Z'), redact: (text) => text })
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
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function verdictOf(changed: readonly string[], keptHead = head) {
  writeFileSync(file(), changed.map((line) => `${line}\n`).join(''))
  return await verifyAudit(directory, keptHead)
}

const each = Array.from({ length: recordCount }, (_, index) => index)

test('as it was written it is whole, and holds its head', async () => {
  expect(lines).toHaveLength(recordCount)
  expect(await verdictOf(lines)).toEqual({ ok: true, records: recordCount, chains: 2, head })
})

test.each(each)('record %i: a changed byte is found in its line, wherever it stands', async (at) => {
  const line = lines[at] ?? ''
  for (let index = 0; index < line.length; index += 7) {
    const byte = line[index] === 'x' ? 'y' : 'x'
    const changed = lines.with(at, line.slice(0, index) + byte + line.slice(index + 1))
    expect(await verdictOf(changed)).toMatchObject({ ok: false, line: at + 1 })
  }
})

test.each(each)('record %i: its removal is found, of the last one by the head that was kept', async (at) => {
  expect(await verdictOf(lines.toSpliced(at, 1))).toMatchObject({ ok: false })
})

test.each(each)('record %i: a log that ends before it is found by the head that was kept', async (at) => {
  expect(await verdictOf(lines.slice(0, at))).toMatchObject({ ok: false })
})

test.each(each)('record %i: standing twice, or somewhere else, is found', async (at) => {
  const line = lines[at] ?? ''
  expect(await verdictOf(lines.toSpliced(at, 0, line))).toMatchObject({ ok: false })
  for (const to of each.filter((other) => other !== at)) {
    expect(await verdictOf(lines.toSpliced(at, 1).toSpliced(to, 0, line))).toMatchObject({ ok: false })
  }
})
