import { expect, test } from 'vitest'
import { findingSchema } from '../plugin-api/finding.ts'
import type { TaskOutcome } from '../plugin-api/run.ts'
import { type MergeStrategy, taskSchema } from '../plugin-api/workflow.ts'
import { mergeResults, type Score } from './merge-results.ts'

const outcome = (task: string, more: Partial<TaskOutcome> = {}): TaskOutcome => ({
  ...{ task, title: `Title ${task}`, agent: `agent-${task}`, state: 'done', required: true, attempts: 1 },
  ...{ text: `Text of ${task}`, findings: 0, duration_ms: 1 },
  ...more,
})
const planOf = (merge: MergeStrategy, ids: readonly string[]) => ({
  strategy: 'parallel' as const,
  merge,
  tasks: ids.map((id) => taskSchema.parse({ id, title: id, prompt: 'p', agent: 'a' })),
})
const merge = (strategy: MergeStrategy, outcomes: readonly TaskOutcome[], scores: readonly Score[]) =>
  mergeResults({
    plan: planOf(
      strategy,
      outcomes.map(({ task }) => task),
    ),
    outcomes,
    found: [],
    scores,
  })
const vote = (by: string, task: string, score: number): Score => ({ by, task, score, reason: 'r' })

test('concatenate keeps every answer in the order of the plan, and says what is not done', () => {
  const { text, decided } = merge(
    'concatenate',
    [outcome('a'), outcome('b', { state: 'blocked', reason: 'needs a model' })],
    [],
  )
  expect(decided).toBe(false)
  expect(text).toBe('# Title a (agent-a)\n\nText of a\n\n# Title b (agent-b)\n\nblocked: needs a model\n')
})

test('the answer with the highest mean wins a vote, nobody votes for itself, and losing answers are kept', () => {
  const scores = [
    vote('a', 'a', 10),
    vote('a', 'b', 4),
    vote('b', 'a', 6),
    vote('c', 'a', 7),
    vote('c', 'b', 9),
    vote('a', 'c', 1),
    vote('b', 'c', 2),
  ]
  const { winner, text, answers } = merge('voting', [outcome('a'), outcome('b'), outcome('c')], scores)
  expect([winner, text]).toEqual(['a', 'Text of a'])
  expect(answers.map(({ task, score, votes }) => [task, score, votes.length])).toEqual([
    ['a', 6.5, 2],
    ['b', 6.5, 2],
    ['c', 1.5, 2],
  ])
})

test('a tie goes to the answer that stands first in the plan, and is told', () => {
  const scores = [vote('b', 'a', 5), vote('a', 'b', 5)]
  const merged = merge('voting', [outcome('a'), outcome('b')], scores)
  expect([merged.winner, merged.reason]).toEqual([
    'a',
    'as good as b: the one with more votes is chosen, else the earlier one',
  ])
})

test('without a quorum no answer is chosen, and all stand in the text', () => {
  const merged = merge('voting', [outcome('a'), outcome('b'), outcome('c'), outcome('d')], [vote('a', 'b', 10)])
  expect([merged.decided, merged.reason]).toEqual([false, 'too few agents voted'])
  expect(merged.text).toContain('Text of d')
})

test('a judge decides by the highest score; one that scores nothing decides nothing', () => {
  const both = [outcome('a'), outcome('b')]
  expect(merge('highest-score', both, [vote('judge', 'a', 3), vote('judge', 'b', 8)]).winner).toBe('b')
  expect(merge('highest-score', both, []).reason).toBe('the judge scored none')
  expect(merge('highest-score', [outcome('a'), outcome('b', { state: 'failed' })], []).winner).toBe('a')
})

const at = (rule: string, line: number, severity = 'high', more: object = {}) =>
  findingSchema.parse({
    ...{ rule, severity, confidence: 'high', message: rule, file: 'a.ts', fingerprint: `${rule}${line}` },
    range: { start: { line, column: 1 }, end: { line, column: 2 } },
    ...more,
  })

test('a flaw that several agents found is there once, with all of them', () => {
  const found = [
    { task: 'a', agent: 'one', findings: [at('x', 3, 'low'), at('y', 1)] },
    { task: 'b', agent: 'two', findings: [at('y', 1), at('z', 9, 'critical')] },
  ]
  const { findings } = mergeResults({
    plan: planOf('concatenate', ['a', 'b']),
    outcomes: [outcome('a'), outcome('b')],
    found,
    scores: [],
  })
  expect(findings.map(({ finding, tasks, authors }) => [finding.rule, tasks, authors])).toEqual([
    ['z', ['b'], ['two']],
    ['y', ['a', 'b'], ['one', 'two']],
    ['x', ['a'], ['one']],
  ])
})

test('what different agents claim of the same lines is one flaw, what one agent tells apart stays apart', () => {
  const sql = { cwe: ['CWE-89'] }
  const { findings } = mergeResults({
    plan: planOf('concatenate', ['a', 'b']),
    outcomes: [outcome('a'), outcome('b')],
    found: [
      { task: 'a', agent: 'one', findings: [at('x', 3, 'low', sql), at('own', 3, 'low', sql)] },
      { task: 'b', agent: 'two', findings: [at('y', 3, 'high', sql), at('z', 4, 'high', sql)] },
    ],
    scores: [],
  })
  expect(findings.map(({ finding, tasks, authors }) => [finding.rule, tasks, authors])).toEqual([
    ['y', ['b', 'a'], ['two', 'one']],
    ['z', ['b'], ['two']],
    ['own', ['a'], ['one']],
  ])
})
