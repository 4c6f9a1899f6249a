import fc from 'fast-check'
import { expect, test } from 'vitest'
import { colours, terminalText } from './terminal-text.ts'

test('whatever the text, nothing in it drives the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
      expect(terminalText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
    }),
  )
})

test('escape sequences are seen; newlines, tabs and letters stay', () => {
  expect(terminalText('a\tb\r\n\u001b[31mé\u009b1m')).toBe('a\tb\n\\x1b[31mé\\x9b1m')
})

test('without colours text is plain', () => {
  expect(colours(false).red('x')).toBe('x')
  expect(colours(true).red('x')).toBe('\u001b[31mx\u001b[39m')
})
