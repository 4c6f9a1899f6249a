import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyChunks } from './apply-chunks.ts'
import { locateLines } from './locate-lines.ts'
import { parsePatch } from './parse-patch.ts'

const patch = (...lines: readonly string[]) => ['*** Begin Patch', ...lines, '*** End Patch'].join('\n')

/** The text after an update whose chunks are these lines. */
function update(text: string, ...lines: readonly string[]): string {
  const [operation] = parsePatch(patch('*** Update File: f', ...lines))
  if (operation?.kind !== 'update') throw new Error('no update')
  return applyChunks(text, operation.chunks, '/w/f')
}

test('all kinds of operation are read, with their paths as written', () => {
  expect(
    parsePatch(
      patch(
        '*** Add File: a b.txt',
        '+one',
        '+',
        '*** Delete File: ../gone',
        '*** Update File: x',
        '*** Move to: y',
        '@@ def f',
        ' keep',
        '-old',
        '+new',
        '*** End of File',
        '',
        '@@',
        '+more',
      ),
    ),
  ).toEqual([
    { kind: 'add', path: 'a b.txt', content: 'one\n\n' },
    { kind: 'delete', path: '../gone' },
    {
      kind: 'update',
      path: 'x',
      movePath: 'y',
      chunks: [
        { context: 'def f', oldLines: ['keep', 'old'], newLines: ['keep', 'new'], isEndOfFile: true },
        { oldLines: [], newLines: ['more'], isEndOfFile: false },
      ],
    },
  ])
})

test('a here-document around it, blanks around its markers and CRLF are accepted', () => {
  const inner = ' *** Begin Patch \n*** Add File: a\n+x\n  *** End Patch\t'
  const expected = [{ kind: 'add', path: 'a', content: 'x\n' }]
  expect(parsePatch(`\n${inner}\n`)).toEqual(expected)
  expect(parsePatch(`<<'EOF'\n${inner}\nEOF\n`)).toEqual(expected)
  expect(parsePatch(inner.replaceAll('\n', '\r\n'))).toEqual(expected)
})

test('an added file without lines is empty, a patch without operations has none', () => {
  expect(parsePatch(patch('*** Add File: a'))).toEqual([{ kind: 'add', path: 'a', content: '' }])
  expect(parsePatch(patch())).toEqual([])
})

test.each([
  ['*** Frob', "Invalid patch: The first line of the patch must be '*** Begin Patch'"],
  ['*** Begin Patch\n*** Add File: a', "Invalid patch: The last line of the patch must be '*** End Patch'"],
  [
    patch('*** Frob File: a'),
    "Invalid patch hunk on line 2: '*** Frob File: a' is not a valid hunk header. Valid hunk headers: '*** Add File: {path}', '*** Delete File: {path}', '*** Update File: {path}'",
  ],
  [patch('*** Update File: c.txt'), "Invalid patch hunk on line 2: Update file hunk for path 'c.txt' is empty"],
  [
    patch('*** Update File: c.txt', '@@', 'oops'),
    "Invalid patch hunk on line 4: Unexpected line found in update hunk: 'oops'. Every line should start with ' ' (context line), '+' (added line), or '-' (removed line)",
  ],
  [
    patch('*** Update File: c.txt', '@@', '-a', 'oops'),
    "Invalid patch hunk on line 5: Expected update hunk to start with a @@ context marker, got: 'oops'",
  ],
  [patch('*** Update File: c.txt', '@@'), 'Invalid patch hunk on line 4: Update hunk does not contain any lines'],
])('%j is refused with its place', (text, message) => {
  expect(() => parsePatch(text)).toThrow(expect.objectContaining({ code: 'patch.invalid', message }))
})

test('a chunk is found behind the line that it names', () => {
  const text = 'f:\n  x = 1\ng:\n  x = 1\n'
  expect(update(text, '@@ g:', '-  x = 1', '+  x = 2')).toBe('f:\n  x = 1\ng:\n  x = 2\n')
  expect(() => update(text, '@@ h:', '-  x = 1')).toThrow("Failed to find context 'h:' in /w/f")
})

test('chunks are found in order, each behind the one before', () => {
  expect(update('a\nb\na\n', '@@', '-a', '+1', '@@', '-a', '+2')).toBe('1\nb\n2\n')
})

test('lines that are not there are named', () => {
  expect(() => update('a\n', '@@', ' x', '-y')).toThrow('Failed to find expected lines in /w/f:\nx\ny')
})

test('a chunk of new lines alone goes to the end', () => {
  expect(update('a\n', '@@', '+b')).toBe('a\nb\n')
  expect(update('a\n\n', '@@', '+b')).toBe('a\n\nb\n')
  expect(update('', '@@', '+b')).toBe('b\n')
  expect(update('a\nc\n', '@@ a', '+b')).toBe('a\nc\nb\n')
})

test('the end of the file picks the last of equal places, and no other', () => {
  expect(update('a\nb\na\n', '@@', '-a', '+c', '*** End of File')).toBe('a\nb\nc\n')
  expect(() => update('a\nb\n', '@@', '-a', '*** End of File')).toThrow('Failed to find')
})

test('a file gets its final line end, whatever the chunk is about', () => {
  expect(update('a\nb', '@@', '-a', '+c')).toBe('c\nb\n')
  expect(update('a\nb', '@@', '-b', '+c')).toBe('a\nc\n')
})

test('CRLF stays on untouched lines and comes on new ones, and so does a byte order mark', () => {
  expect(update('\ufeffa\r\nb\r\nc\r\n', '@@', ' a', '-b', '+x', '+y')).toBe('\ufeffa\r\nx\r\ny\r\nc\r\n')
  expect(update('a\r\nb\r\n', '@@', '+c')).toBe('a\r\nb\r\nc\r\n')
})

test.each([
  ['blanks behind', 'x = 1   \n'],
  ['blanks before', '\t\tx = 1\n'],
])('%s are forgiven, and the new line is written as given', (_, text) => {
  expect(update(text, '@@', '-x = 1', '+x = 2')).toBe('x = 2\n')
})

test('typographic punctuation is forgiven', () => {
  expect(update('say “hi” — it’s\n', '@@', '-say "hi" - it\'s', '+bye')).toBe('bye\n')
})

test('an exact place wins over an earlier similar one', () => {
  expect(locateLines(['x ', 'x'], ['x'], 0, false)).toBe(1)
})

test('an empty line at the end of a chunk may stand for the end of the last line', () => {
  expect(update('a\nb\n', '@@', '-b', '+c', '')).toBe('a\nc\n')
})

test('a file of any number of lines is changed, at its beginning and at its end, by a chunk of any length', () => {
  const before = Array.from({ length: 200_000 }, (_, index) => `${index}`)
  const after = ['first', ...before.slice(1, -1), 'last']
  const text = asText(before, '\n')
  expect(update(text, '@@', '-0', '+first', '@@', '-199999', '+last') === asText(after, '\n')).toBe(true)
  expect(update('a\n', '@@', '-a', before.map((each) => `+${each}`).join('\n')) === text).toBe(true)
})

const line = fc.constantFrom('a', 'b', 'c', '', '  a', 'end')
const lines = fc.array(line, { maxLength: 12 })
const asText = (all: readonly string[], end: string) => all.map((each) => each + end).join('')

test('the patch that leads from one text to another does so', () => {
  fc.assert(
    fc.property(lines, lines, fc.constantFrom('\n', '\r\n'), fc.nat(3), (before, after, end, context) => {
      fc.pre(before.join('\n') !== after.join('\n'))
      expect(update(asText(before, end), ...diffLines(before, after, context))).toBe(
        asText(after, before.length === 0 ? '\n' : end),
      )
    }),
    { numRuns: 1000 },
  )
})

/**
 * The chunks of a patch from one list of lines to another, by their longest common subsequence, with lines of context.
 * Since lines repeat, a chunk says where it stands by the whole text before it unless it is the first place it fits.
 */
function diffLines(before: readonly string[], after: readonly string[], context: number): readonly string[] {
  const edits = editsOf(before, after)
  const first = edits.findIndex((edit) => edit[0] !== ' ')
  const last = edits.findLastIndex((edit) => edit[0] !== ' ')
  const start = Math.max(0, first - context)
  const shown = edits.slice(start, last + 1 + context)
  const old = shown.filter((edit) => edit[0] !== '+').map((edit) => edit.slice(1))
  const at = edits.slice(0, start).filter((edit) => edit[0] !== '+').length
  const isUnique = old.length > 0 && locateLines(before, old, 0, false) === at
  if (isUnique) return ['@@', ...shown]
  return ['@@', ...edits.slice(0, first), ...edits.slice(first), ...(before.length > 0 ? ['*** End of File'] : [])]
}

function editsOf(before: readonly string[], after: readonly string[]): readonly string[] {
  const [oldLine, ...oldRest] = before
  const [newLine, ...newRest] = after
  if (oldLine === undefined) return after.map((each) => `+${each}`)
  if (newLine === undefined) return before.map((each) => `-${each}`)
  if (oldLine === newLine) return [` ${oldLine}`, ...editsOf(oldRest, newRest)]
  const kept = after.indexOf(oldLine)
  if (kept === -1) return [`-${oldLine}`, ...editsOf(oldRest, after)]
  return [...after.slice(0, kept).map((each) => `+${each}`), ...editsOf(before, after.slice(kept))]
}
