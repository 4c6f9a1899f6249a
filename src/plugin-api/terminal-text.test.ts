import fc from 'fast-check'
import { expect, test } from 'vitest'
import { terminalLine, terminalText } from './terminal-text.ts'

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

test('marks that turn the direction of what follows are seen', () => {
  expect(terminalText('a\u202egpj.exe \u2066b')).toBe('a\\u202egpj.exe \\u2066b')
  expect(terminalText('\u05d0\u200f')).toBe('\u05d0\u200f')
})

test('a name stays on its line', () => {
  expect(terminalLine('a\r\nb\tc\u001b[2J')).toBe('a\\r\\nb\\tc\\x1b[2J')
})
