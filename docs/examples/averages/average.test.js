import assert from 'node:assert/strict'
import { test } from 'node:test'
import { average } from './average.js'

test('the average of three numbers', () => {
  assert.equal(average([2, 3, 4]), 3)
})
