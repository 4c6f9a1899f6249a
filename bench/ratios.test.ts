import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Row } from './measure.ts'
import { type Ratios, ratiosOf, readRatios, usualTolerance, worsened } from './ratios.ts'

const row = (id: string, ratio: number): Row => {
  return { what: `The ${id}`, unit: 'ms', value: 1, from: '', kept: { id, ratio } }
}
const kept: Ratios = { start: { ratio: 2, tolerance: 1.5 }, run: { ratio: 4, tolerance: 1.25 } }

function written(text: string): string {
  const place = mkdtempSync(join(tmpdir(), 'ratios-'))
  onTestFinished(() => rmSync(place, { recursive: true }))
  const file = join(place, 'ratios.json')
  writeFileSync(file, text)
  return file
}

test('a ratio beyond its tolerance is told with its bound', () => {
  expect(worsened([row('start', 3.1), row('run', 4)], kept)).toEqual([
    'start (The start): 3.10 times the floor, at most 3.00 (kept 2.00)',
  ])
  expect(worsened([row('start', 2), row('run', 5.1)], kept)).toHaveLength(1)
})

test('what is within the tolerance, or better, is well', () => {
  expect(worsened([row('start', 3), row('run', 4.9)], kept)).toEqual([])
  expect(worsened([row('start', 0.1), row('run', 0.1)], kept)).toEqual([])
})

test('a row that was not measured is no success, nor is one that is no number', () => {
  expect(worsened([row('start', 2)], kept)).toEqual([expect.stringMatching(/^run: was not measured/)])
  expect(worsened([row('start', Number.NaN), row('run', 4)], kept)).toEqual([expect.stringMatching(/^start .*NaN/)])
})

test('a row of which nothing is kept is told; rows that name no ratio are left alone', () => {
  const { kept: _, ...plain } = row('plain', 9)
  expect(worsened([row('start', 2), row('run', 4), row('new', 1), plain], kept)).toEqual([
    expect.stringMatching(/^new \(The new\): no ratio is kept/),
  ])
})

test('what is kept holds against itself, and keeps the tolerances that were chosen', () => {
  const rows = [row('run', 1 / 3), row('new', 12.3456)]
  const ratios = ratiosOf(rows, kept)
  expect(ratios).toEqual({ run: { ratio: 0.333, tolerance: 1.25 }, new: { ratio: 12.3, tolerance: usualTolerance } })
  expect(worsened(rows, ratios)).toEqual([])
})

test('a broken file is told with its field', () => {
  expect(readRatios(written(JSON.stringify(kept)))).toEqual(kept)
  expect(() => readRatios(written('{"start":{"ratio":2,"tolerance":0.5}}'))).toThrow(/start\.tolerance/)
  expect(() => readRatios(written('{"start":{"ratio":"2","tolerance":1}}'))).toThrow(/start\.ratio/)
  expect(() => readRatios(written('{'))).toThrow()
})
