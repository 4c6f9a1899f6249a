import { expect, test } from 'vitest'
import { parseBound } from './parse-bound.ts'

test('dollars may have a fraction, tokens are whole', () => {
  expect([parseBound('max-cost', '0.5'), parseBound('max-cost', '.25'), parseBound('max-cost', '3')]).toEqual([
    0.5, 0.25, 3,
  ])
  expect(parseBound('max-tokens', '200000')).toBe(200_000)
})

test.each([
  ['max-cost', '0'],
  ['max-cost', '-1'],
  ['max-cost', '$5'],
  ['max-cost', ''],
  ['max-tokens', '1.5'],
  ['max-tokens', '1e3'],
  ['max-tokens', '0'],
] as const)('--%s %s is refused with an example', (option, text) => {
  expect(() => parseBound(option, text)).toThrow(`invalid value '${text}' for '--${option}'`)
})
