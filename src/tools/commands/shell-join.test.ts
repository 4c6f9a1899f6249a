import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellJoin } from './shell-join.ts'

test.each([
  [['/bin/bash', '-lc', 'true'], '/bin/bash -lc true'],
  [['/bin/bash', '-lc', 'echo a'], "/bin/bash -lc 'echo a'"],
  [['sh', '-c', "echo it's"], 'sh -c "echo it\'s"'],
  [['a\\b'], '"a\\\\b"'],
  [[''], "''"],
])('%j is written as %s', (words, expected) => {
  expect(shellJoin(words)).toBe(expected)
})

test('what is quoted is read back by a shell as it was', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', ' ', "'", '"', '\\', '$', '`', '!', '\n', '*', 'ä', '=', '~', '#'),
  })
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const output = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${shellJoin(words)}`], { encoding: 'utf8' })
      expect(output).toBe(words.map((each) => `${each}\0`).join(''))
    }),
    { numRuns: 50 },
  )
})
