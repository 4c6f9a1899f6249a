import { expect, test } from 'vitest'
import { terminalJson } from './terminal-json.ts'

test('JSON drives no terminal and reads back as the same value', () => {
  const value = { text: 'a\u007fb\u009b31m\u202ex\u2066\u001b]52;c;eA==\u0007 é 漢 👍', list: [1, null] }
  const text = terminalJson(value, 2)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  expect(text).toContain('é 漢 👍')
  expect(JSON.parse(text)).toEqual(value)
})
