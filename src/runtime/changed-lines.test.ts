import { expect, test } from 'vitest'
import { parseChangedLines } from './changed-lines.ts'

const head = (name: string) => `diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ ${name}\n`

test('hunks without context give the lines of the new side', () => {
  const diff = `${head('b/src/a.js')}@@ -3 +3,2 @@ function f() {\n-x\n+y\n+z\n@@ -9,0 +11 @@\n+w\n`
  expect(parseChangedLines(diff)).toEqual([
    [
      'src/a.js',
      [
        { from: 3, to: 4 },
        { from: 11, to: 11 },
      ],
    ],
  ])
})

test('lines that only went stand for those around them', () => {
  expect(parseChangedLines(`${head('b/a.js')}@@ -5,2 +4,0 @@\n-x\n-y\n`)).toEqual([['a.js', [{ from: 4, to: 5 }]]])
})

test('a deleted file has no lines, and the text of a change is not taken for a name', () => {
  const removed = 'diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n'
  expect(parseChangedLines(removed)).toEqual([])
  const tricky = `${head('b/a.js')}@@ -1 +1,2 @@\n-x\n+++ b/other.js\n+@@ -1 +7 @@\n`
  expect(parseChangedLines(tricky).map(([name]) => name)).toEqual(['a.js'])
})

test.each([
  ['b/with space.js\t', 'with space.js'],
  ['"b/quote\\"and\\ttab.js"', 'quote"and\ttab.js'],
  ['"b/\\303\\274.js"', 'ü.js'],
])('the name %s is %s', (written, name) => {
  expect(parseChangedLines(`${head(written)}@@ -1 +1 @@\n-x\n+y\n`).map(([each]) => each)).toEqual([name])
})
