import fc from 'fast-check'
import { expect, test } from 'vitest'
import { namePattern } from './name-pattern.ts'
import { pattern } from './profile-form.ts'

const matches = (path: string, asked: string) => new RegExp(namePattern(path), 's').test(asked)

test.each(['/w/.codex', '/w/.CODEX', '/w/.cOdex/config.toml'])('%s is what /w/.codex protects', (asked) => {
  expect(matches('/w/.codex', asked)).toBe(true)
})

test.each(['/w/.codexa', '/w/xcodex', '/w/a/.codex', '/W/.codex', '/w/.code', '/v/w/.codex'])('%s is not', (asked) => {
  expect(matches('/w/.codex', asked)).toBe(false)
})

test.each(['/w/.agent\u017f', '/w/.AGENTS', '/w/.agents/a'])(
  'other forms of one letter are the same letter: %s',
  (asked) => {
    expect(matches('/w/.agents', asked)).toBe(true)
    expect(matches('/w/hooks', '/w/hoo\u212as')).toBe(true)
    expect(matches('/w/.agents', '/w/.agentz')).toBe(false)
  },
)

test.each(['/a (b) "c"/.git', '/a\nb/.git', '/a[b]*+?^$|{}\\/.git', '/ü/日本/.git', '/.git'])(
  '%j matches itself, and in other case',
  (path) => {
    expect(matches(path, path)).toBe(true)
    expect(matches(path, path.replace('.git', '.GiT/x'))).toBe(true)
    expect(matches(path, path.replace('.git', 'git'))).toBe(false)
  },
)

test('every path becomes a pattern that matches it and whatever lies below', () => {
  const name = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/[/\0]/.test(text))
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
      const path = `/${names.join('/')}`
      expect(() => pattern(namePattern(path))).not.toThrow()
      expect(matches(path, path)).toBe(true)
      expect(matches(path, `${path}/below`)).toBe(true)
    }),
  )
})
