import { expect, test } from 'vitest'
import { compileDimension } from './decide-in.ts'

test.each([
  [['/a/**', '/b/**'], 'write: not in allow /a/**, /b/**'],
  [['/a', '/b', '/c', '/d', '/e'], 'write: not in allow /a, /b, /c, /d, /e'],
  [['/a', '/b', '/c', '/d', '/e', '/f'], 'write: not in allow /a, /b, /c and 3 more'],
  [[], 'write: allows nothing'],
])('of what is allowed as much is told as a person reads: %j', (allow, rule) => {
  const clause = { allow, deny: [] }
  const decide = compileDimension('write', { allow: [clause], askable: [] })
  expect(decide('/x')).toMatchObject({ answer: 'ask', rule })
})
