import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleFinding } from '../../../test/support/sample-findings.ts'
import type { Finding } from '../../plugin-api/index.ts'
import { patchOf, unifiedDiff } from './fix-patch.ts'
import { type FileFix, planFixes } from './plan-fixes.ts'

/** A finding whose fix puts `text` for what stands from one place to another. */
function fixOf(from: readonly [number, number], to: readonly [number, number], text: string): Finding {
  const range = { start: { line: from[0], column: from[1] }, end: { line: to[0], column: to[1] } }
  return sampleFinding({ file: 'a.js', range, fix: { description: 'd', edits: [{ file: 'a.js', range, text }] } })
}

const plan = (text: string, ...findings: readonly Finding[]) => planFixes(findings, new Map([['a.js', text]]))

/** What the changes of whole lines make of a file. */
function applied({ lines, changes }: FileFix): string {
  const result = [...lines]
  for (const { at, oldLines, newLines } of changes.toReversed()) result.splice(at - 1, oldLines.length, ...newLines)
  return result.join('\n')
}

test('edits of one line become one change of it', () => {
  const { files } = plan('a\nf(x) + f(y)\nb\n', fixOf([2, 1], [2, 2], 'g'), fixOf([2, 8], [2, 9], 'g'))
  expect(files[0]?.changes).toEqual([{ at: 2, oldLines: ['f(x) + f(y)'], newLines: ['g(x) + g(y)'] }])
  expect(files[0]?.findings).toHaveLength(2)
})

test('of two edits that overlap the first finding wins, and the other is named', () => {
  const [first, second] = [fixOf([1, 1], [1, 5], 'x'), fixOf([1, 3], [1, 7], 'y')]
  const { files, overlapping } = plan('abcdefg\n', first, second)
  expect(files.map(applied)).toEqual(['xefg\n'])
  expect(overlapping).toEqual([second])
})

test('a finding whose edits are not all possible is not fixed in part', () => {
  const [first, second] = [fixOf([1, 1], [1, 2], 'x'), fixOf([1, 1], [1, 2], 'y')]
  const both: Finding = {
    ...second,
    fix: { description: 'd', edits: [...(fixOf([1, 4], [1, 5], 'z').fix?.edits ?? []), ...(second.fix?.edits ?? [])] },
  }
  expect(plan('abcdefg\n', first, both).files.map(applied)).toEqual(['xbcdefg\n'])
})

test.each([
  [fixOf([9, 1], [9, 2], 'x')],
  [fixOf([1, 9], [1, 10], 'x')],
  [fixOf([1, 3], [1, 1], 'x')],
  [{ ...fixOf([1, 1], [1, 2], 'x'), fix: { description: 'd', edits: [{ ...fixEdit(), file: 'gone.js' }] } }],
])('an edit that does not fit the file is left out and named: %#', (finding) => {
  expect(plan('abc\n', finding)).toEqual({ files: [], overlapping: [], unfit: [finding] })
})

function fixEdit() {
  const range = { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } }
  return { file: 'a.js', range, text: 'x' }
}

test('the preview is a unified diff', () => {
  const text = `${Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n')}\n`
  const { files } = plan(text, fixOf([2, 1], [2, 5], 'row\nrow'), fixOf([12, 1], [12, 5], 'row'))
  expect(unifiedDiff(files)).toBe(`--- a/a.js
+++ b/a.js
@@ -1,5 +1,6 @@
 line 1
-line 2
+row
+row 2
 line 3
 line 4
 line 5
@@ -9,4 +10,4 @@
 line 9
 line 10
 line 11
-line 12
+row 12`)
})

test.each([2, 5, 14, 26])(
  'a chunk of the patch first fits at its own place among others that look the same: line %i',
  (line) => {
    const text = 'begin\nload(x)\nend\n'.repeat(9)
    const { files } = plan(text, fixOf([line, 1], [line, 5], 'read'))
    const chunk = patchOf(files).split('\n').slice(3, -2)
    const oldText = chunk.filter((each) => !each.startsWith('+')).map((each) => `${each.slice(1)}\n`)
    const changed = chunk.findIndex((each) => each.startsWith('-'))
    const linesBefore = text.slice(0, text.indexOf(oldText.join(''))).split('\n').length - 1
    expect(linesBefore + changed + 1).toBe(line)
  },
)

test('edits that do not overlap give the text that they would give one after the other', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', ' ', '\n', 'é', '😀'), { maxLength: 60 })
    .map((parts) => parts.join(''))
  const cuts = fc.array(fc.record({ at: fc.nat(60), length: fc.integer({ min: 1, max: 5 }), text }), { maxLength: 5 })
  fc.assert(
    fc.property(text, cuts, (source, edits) => {
      let [expected, behind] = ['', 0]
      const findings: Finding[] = []
      for (const edit of edits.toSorted((a, b) => a.at - b.at)) {
        if (edit.at < behind || edit.at + edit.length > source.length || (findings.length > 0 && edit.at === behind))
          continue
        expected += source.slice(behind, edit.at) + edit.text
        findings.push(fixOf(placeAt(source, edit.at), placeAt(source, edit.at + edit.length), edit.text))
        behind = edit.at + edit.length
      }
      expected += source.slice(behind)
      const { files, overlapping, unfit } = plan(source, ...findings)
      expect([overlapping, unfit]).toEqual([[], []])
      expect(files.map(applied)).toEqual(findings.length > 0 ? [expected] : [])
    }),
  )
})

function placeAt(text: string, offset: number): [number, number] {
  const before = text.slice(0, offset).split('\n')
  return [before.length, (before.at(-1) ?? '').length + 1]
}
