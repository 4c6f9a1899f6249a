import { expect, test } from 'vitest'
import { limitReached } from './limit-reached.ts'

const limits = { cpuSeconds: 1, fileBytes: 1024 }

test.each([
  [{ timedOut: true, exitCode: 124 }, 'longer than 2000 ms'],
  [{ timedOut: false, exitCode: 152 }, 'more than 1 s of processor time'],
  [{ timedOut: false, exitCode: 153 }, 'a file of more than 1024 bytes'],
])('of %o the limit is named', (exit, said) => {
  expect(limitReached(exit, { timeoutMs: 2000, limits })).toContain(said)
})

test('an exit code alone is no limit', () => {
  for (const exitCode of [0, 1, 124, 137])
    expect(limitReached({ timedOut: false, exitCode }, { limits })).toBeUndefined()
  for (const exitCode of [152, 153]) expect(limitReached({ timedOut: false, exitCode }, {})).toBeUndefined()
})
