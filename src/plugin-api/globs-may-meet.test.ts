import fc from 'fast-check'
import picomatch from 'picomatch'
import { expect, test } from 'vitest'
import { globsMayMeet } from './globs-may-meet.ts'

test.each([
  ['src/**', 'src/api/users.ts', true],
  ['src/api', 'src/api/users.ts', true],
  ['src/**/*.ts', 'src/api/*.ts', true],
  ['docs/**', 'src/**', false],
  ['src/*.test.ts', 'src/*.css', false],
  ['src/a*', 'src/b*', false],
  ['**/*.md', 'src/**', true],
  ['{docs,src}/a.md', 'src/a.md', true],
  ['Src/A.ts', 'src/a.ts', true],
  ['!src/**', 'notes/a.md', true],
])('%s and %s: %s', (a, b, meets) => {
  expect([globsMayMeet(a, b), globsMayMeet(b, a)]).toEqual([meets, meets])
})

test('a glob of many ** is decided as soon as any other', () => {
  const many = (end: string) => `${'**/a/'.repeat(200)}${end}`
  expect([globsMayMeet(many('x'), many('y')), globsMayMeet(many('x'), many('x'))]).toEqual([false, true])
})

test('two globs that match one path may meet', () => {
  const word = fc.constantFrom('a', 'b', 'ab', 'a.ts', 'b.ts')
  const part = fc.oneof(
    word,
    fc.constantFrom('*', '**', 'a*', '*.ts', '?', '[ab]', '{a,b}', '@(a|b).ts', '*b', 'a?(b)'),
  )
  const glob = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  fc.assert(
    fc.property(glob, glob, path, (a, b, file) => {
      const isShared = picomatch.isMatch(file, a) && picomatch.isMatch(file, b)
      expect(isShared && !globsMayMeet(a, b)).toBe(false)
    }),
    { numRuns: 5000 },
  )
})
