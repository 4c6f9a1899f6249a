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

test('what takes no room cannot hide in a word; it stays where a script or an emoji is written with it', () => {
  expect(terminalText('pay\u200bpal \u00ad\ufeff\u2060\u2028')).toBe('pay\\u200bpal \\xad\\ufeff\\u2060\\u2028')
  expect(terminalText('pay\u200dpal a\ufe0f')).toBe('pay\\u200dpal a\\ufe0f')
  expect(terminalText('a\u{e0041}\u{e0042}')).toBe('a\\u{e0041}\\u{e0042}')
  const kept = [
    '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', // a family
    '\u2764\ufe0f\u200d\u{1f525}', // a heart on fire
    '1\ufe0f\u20e3', // a keycap
    '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', // the flag of England
    '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645', // Persian
    '\u0915\u094d\u200d\u0937', // Hindi
    '\u845b\u{e0100}', // an ideograph's variant
  ]
  for (const text of kept) expect(terminalText(text)).toBe(text)
})

test('a text in pieces is as harmless as the whole', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('\u001b', ']52;c;', '\u009b', '31m', '\u0007', '\r', 'é', '\u200d')),
      (parts) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
        expect(parts.map(terminalText).join('')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
      },
    ),
  )
})

test('a name stays on its line', () => {
  expect(terminalLine('a\r\nb\tc\u001b[2J')).toBe('a\\r\\nb\\tc\\x1b[2J')
})
