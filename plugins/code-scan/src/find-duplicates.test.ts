import { expect, test } from 'vitest'
import { findDuplicates } from './find-duplicates.ts'
import { tokenizeCode } from './tokenize-code.ts'

const body = (name: string) => `export function ${name}(order) {
  let total = 0
  for (const line of order.lines) {
    if (line.kind === 'gift') continue
    total += line.price * line.amount
    total -= line.discount ?? 0
  }
  return Math.round(total * 100) / 100
}
`
const compared = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([file, text]) => ({
    file,
    tokens: tokenizeCode(text, file.endsWith('.py') ? 'python' : 'javascript') ?? {
      hashes: new Uint32Array(),
      lines: new Uint32Array(),
    },
  }))

test('a block that stands in three files is one duplicate with three places', () => {
  const other = body('b').replace('  let total', '  // starts at nothing\n\n  let total').replaceAll(' {\n', ' {\n\n')
  const found = findDuplicates(compared({ 'a.js': body('a'), 'b.js': other, 'c.js': `x()\n${body('c')}` }), 40)
  expect(found).toMatchObject([
    {
      places: [
        { file: 'a.js', line: 2, endLine: 9 },
        { file: 'b.js', line: 5, endLine: 13 },
        { file: 'c.js', line: 3, endLine: 10 },
      ],
    },
  ])
})

test('a block that stands twice in one file does not overlap with itself', () => {
  const found = findDuplicates(compared({ 'a.js': body('a') + body('b') }), 40)
  expect(found.map(({ places }) => places.map(({ line }) => line))).toEqual([[2, 11]])
  expect(findDuplicates(compared({ 'a.js': 'f(1)\n'.repeat(60) }), 40).length).toBeLessThanOrEqual(1)
})

test('code that differs in a name, short blocks and imports are no duplicates', () => {
  expect(findDuplicates(compared({ 'a.js': body('a'), 'b.js': body('b').replaceAll('total', 'sum') }), 40)).toEqual([])
  expect(findDuplicates(compared({ 'a.js': body('a'), 'b.js': body('b') }), 200)).toEqual([])
  const imports = Array.from({ length: 30 }, (_, index) => `import { a${index} } from './a${index}.js'\n`).join('')
  expect(findDuplicates(compared({ 'a.js': imports, 'b.js': imports }), 40)).toEqual([])
})
