import { expect, test } from 'vitest'
import type { Row } from './measure.ts'
import { line, resultsPage } from './write-results.ts'

const row: Row = { what: 'A turn', unit: 'ms', value: 12.34, budget: 20, from: '1 / 2' }
const on = { node: 'v24', cores: 2, date: '2026-01-01', rounds: 10, isRoot: false }
const tables = (page: string) => page.match(/^#+ .*|^\| A .*/gm)

test('a budget is the most, or the least where the row says so', () => {
  expect(line(row)).toBe('| A turn | 20 ms | 12.3 ms | yes | 1 / 2 |')
  expect(line({ ...row, budget: 10 })).toContain('| no |')
  expect(line({ ...row, unit: 'a minute', isAtLeast: true })).toBe(
    '| A turn | at least 20 a minute | 12 a minute | no | 1 / 2 |',
  )
  expect(line({ ...row, isAtLeast: true, budget: 12 })).toContain('| yes |')
  expect(line({ ...row, value: Number.NaN })).toContain('| no |')
})

test('a part that is measured again takes the place of the old one, and the other stays as it is', () => {
  const program = resultsPage('', 'program', [row], on)
  const both = resultsPage(program, 'agents', [{ ...row, what: 'A run' }], on)
  expect(tables(both)).toEqual([
    ...['# Measurements', '| A turn | 20 ms | 12.3 ms | yes | 1 / 2 |'],
    ...['## Agents together', '| A run | 20 ms | 12.3 ms | yes | 1 / 2 |'],
  ])
  expect(both.startsWith(program)).toBe(true)
  expect(resultsPage(both, 'agents', [{ ...row, what: 'A run' }], on)).toBe(both)
  const newer = resultsPage(both, 'program', [{ ...row, what: 'A version' }], on)
  expect(tables(newer)?.map((each) => each.slice(0, 11))).toEqual([
    ...['# Measureme', '| A version', '## Agents t', '| A run | 20'.slice(0, 11)],
  ])
})
