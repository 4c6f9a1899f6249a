import { expect, test } from 'vitest'
import { colours } from './colours.ts'

test('without colours text is plain', () => {
  expect(colours(false).red('x')).toBe('x')
  expect(colours(true).red('x')).toBe('\u001b[31mx\u001b[39m')
})
