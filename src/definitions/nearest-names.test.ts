import { expect, test } from 'vitest'
import { nearestNames } from './nearest-names.ts'

const known = ['review', 'review-security', 'refactor', 'release-notes', 'test', 'fix']

test.each([
  ['reveiw', ['review']],
  ['REVIEW', ['review', 'review-security']],
  ['security', ['review-security']],
  ['tests', ['test']],
  ['fx', ['fix']],
  ['entirely-else', []],
  ['', []],
])('%s', (name, nearest) => {
  expect(nearestNames(name, known)).toEqual(nearest)
})

test('there are three at most', () => {
  expect(nearestNames('aaa', ['aaa1', 'aaa2', 'aaa3', 'aaa4'])).toEqual(['aaa1', 'aaa2', 'aaa3'])
})
