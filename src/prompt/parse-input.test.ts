import { expect, test } from 'vitest'
import { parseInput } from './parse-input.ts'

test.each([
  ['/review', { type: 'command', name: 'review', rest: '' }],
  [
    '/review-security src/auth.rs --depth=deep',
    { type: 'command', name: 'review-security', rest: 'src/auth.rs --depth=deep' },
  ],
  ['  /review\n\n"a  b" ', { type: 'command', name: 'review', rest: '"a  b" ' }],
  ['/project:deploy now', { type: 'command', name: 'project:deploy', rest: 'now' }],
  ['/etc', { type: 'command', name: 'etc', rest: '' }],
  ['@rust-expert why /this?', { type: 'agent', id: 'rust-expert', rest: 'why /this?' }],
  ['@project:helper go', { type: 'agent', id: 'project:helper', rest: 'go' }],
])('%j is a command or an agent', (text, input) => {
  expect(parseInput(text)).toEqual(input)
})

test.each([
  '',
  'fix it',
  'please /review this',
  '/usr/bin/x is broken',
  '/notes.md is old',
  '/',
  '/ review',
  '//review',
  '/9lives',
  '/other:name x',
  '/project:',
  '@',
  '@scope/package is broken',
  '@someone, look',
  'mail@example.org wrote',
])('%j is text, as it was typed', (text) => {
  expect(parseInput(text)).toEqual({ type: 'text', text })
})
