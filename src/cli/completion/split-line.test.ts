import { expect, test } from 'vitest'
import { splitLine } from './split-line.ts'

test.each([
  ['', ['']],
  ['codex', ['codex']],
  ['codex ', ['codex', '']],
  ['codex  agent\tsec', ['codex', 'agent', 'sec']],
  ['codex agent "two words', ['codex', 'agent', 'two words']],
  ["codex 'a b' c", ['codex', 'a b', 'c']],
  ['codex a\\ b ""', ['codex', 'a b', '']],
  ['codex "" x', ['codex', '', 'x']],
  ['codex \\', ['codex', '\\']],
])('%j is %j', (line, words) => {
  expect(splitLine(line)).toEqual(words)
})
