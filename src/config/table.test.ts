import { expect, test } from 'vitest'
import { ownValue } from './table.ts'

const inherited = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', '__proto__']

test.each(inherited)('what every object inherits stands in no table: %s', (name) => {
  expect(ownValue({ mine: 1 }, name)).toBeUndefined()
  expect(ownValue(undefined, name)).toBeUndefined()
  expect(ownValue(Object.fromEntries([[name, 1]]), name)).toBe(1)
})
