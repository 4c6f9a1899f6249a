import { expect, test } from 'vitest'
import { diffOfStep } from './diff-of-step.ts'

const state = (text: string) => ({ mode: '100644', bytes: Buffer.from(text) })

test.each([
  ['a b/ü.txt', 'a/a b/ü.txt'],
  ['two\nlines "\\\u001b', '"a/two\\nlines \\"\\\\\\033"'],
])('the name of %j stands on one line of the diff, as git writes it', async (path, shown) => {
  const step = { path, current: state('new\n'), wanted: state('old\n'), merged: false }
  const diff = await diffOfStep(step, process.env.PATH, AbortSignal.timeout(30_000))
  expect(diff.split('\n').slice(0, 5)).toEqual([
    `--- ${shown}`,
    `+++ ${shown.replace('a/', 'b/')}`,
    '@@ -1 +1 @@',
    '-new',
    '+old',
  ])
})
