import { expect, test } from 'vitest'
import { nearestNames, offerNearest } from './nearest-names.ts'

const known = ['review', 'review-security', 'refactor', 'release-notes', 'test', 'fix', 'model', 'security-profile']

test.each([
  ['reveiw', ['review']],
  ['REVIEW', ['review', 'review-security']],
  ['modle', ['model']],
  ['modl', ['model']],
  ['mdoel', ['model']],
  ['securty-profile', ['security-profile']],
  ['security', ['review-security', 'security-profile']],
  ['tests', ['test']],
  ['tets', ['test']],
  ['fx', ['fix']],
  ['fxi', ['fix']],
  ['entirely-else', []],
  ['', []],
])('%s', (name, nearest) => {
  expect(nearestNames(name, known)).toEqual(nearest)
})

test('there are three at most', () => {
  expect(nearestNames('aaa', ['aaa1', 'aaa2', 'aaa3', 'aaa4'])).toEqual(['aaa1', 'aaa2', 'aaa3'])
})

test('an offer names what may be typed, and is empty where nothing is near', () => {
  expect(offerNearest('fxi', known, (name) => `/${name}`)).toBe('Did you mean /fix? ')
  expect(offerNearest('entirely-else', known)).toBe('')
})
