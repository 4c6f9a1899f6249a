import { expect, test } from 'vitest'
import { withoutVariation } from './without-variation.ts'

test.each([
  ['thread 01a1ff0c-5d3e-731a-aad4-c92878d97173', 'thread 02b2ff0c-5d3e-731a-aad4-c92878d97173'],
  ['<current_date>2026-11-21</current_date>', '<current_date>2027-01-02</current_date>'],
  ['at 2026-11-21T17:22:10.839Z', 'at 2025-01-01T00:00:00Z'],
  ['Chunk ID: e6608f\nWall time: 0.0896 seconds', 'Chunk ID: 01abcd\nWall time: 12.5 seconds'],
  ['<<temp>>/build-x1Y2/out', '<<temp>>/build-zzzz/out'],
  ['http://127.0.0.1:40415/v1', 'http://127.0.0.1:9/v1'],
  ['ran 3 tests in 12ms', 'ran 3 tests in 7ms'],
])('%j and %j are alike', (one, other) => {
  expect(withoutVariation(one)).toBe(withoutVariation(other))
})

test.each([
  ['3 tests', '4 tests'],
  ['version 1.2.3', 'version 1.2.4'],
  ['port 8080', 'port 8081'],
  ['<<workspace>>/a', '<<workspace>>/b'],
])('%j and %j are not', (one, other) => {
  expect(withoutVariation(one)).not.toBe(withoutVariation(other))
})
