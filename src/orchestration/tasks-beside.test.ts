import { expect, test } from 'vitest'
import type { Strategy } from '../plugin-api/workflow.ts'
import { tasksBeside } from './tasks-beside.ts'

const beside = (strategy: Strategy, needs: Readonly<Record<string, readonly string[]>>, maxParallel = 2) =>
  [
    ...tasksBeside({ strategy, tasks: Object.entries(needs).map(([id, of]) => ({ id, needs: of })) }, maxParallel),
  ].sort()

test.each<readonly [string, Strategy, Readonly<Record<string, readonly string[]>>, readonly string[]]>([
  ['one task', 'parallel', { a: [] }, []],
  ['tasks in a row', 'sequential', { a: [], b: [], c: [] }, []],
  ['tasks at once', 'parallel', { a: [], b: [] }, ['a', 'b']],
  ['a chain by needs', 'hybrid', { a: [], b: ['a'], c: ['b'] }, []],
  ['a fork that is joined', 'hybrid', { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }, ['b', 'c']],
  ['a chain and a task of its own', 'hybrid', { a: [], b: ['a'], c: [] }, ['a', 'b', 'c']],
])('%s', (_, strategy, needs, expected) => {
  expect(beside(strategy, needs)).toEqual(expected)
})

test('where one task runs at a time, none runs beside another', () => {
  expect(beside('parallel', { a: [], b: [] }, 1)).toEqual([])
})
