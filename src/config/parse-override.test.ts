import { expect, test } from 'vitest'
import { overrideLayer } from './parse-override.ts'

test.each<[string, unknown]>([
  ['model="x"', { model: 'x' }],
  ['model=gpt-x', { model: 'gpt-x' }],
  ['model = "spaced" ', { model: 'spaced' }],
  ['agents.enabled=false', { agents: { enabled: false } }],
  ['a.b.c=[1, "x"]', { a: { b: { c: [1, 'x'] } } }],
  ['projects."/a.b=c/d".trust_level=trusted', { projects: { '/a.b=c/d': { trust_level: 'trusted' } } }],
  ['u=http://h/?a=b', { u: 'http://h/?a=b' }],
  ['t={ x = 1 }', { t: { x: 1 } }],
  ['v=1\nw = 2', { v: '1\nw = 2' }],
  ['v=', { v: '' }],
  ["v='", { v: '' }],
])('%s', (override, table) => {
  expect(overrideLayer([override])).toEqual({ name: 'override', table })
})

test('later ones win, key by key', () => {
  expect(overrideLayer(['a.b=1', 'a.c=2', 'a.b=3']).table).toEqual({ a: { b: 3, c: 2 } })
})

test.each([
  ['foo', "Error parsing -c overrides: Invalid override (missing '='): foo"],
  ['=1', 'Error parsing -c overrides: Empty key in override: =1'],
  ['a..b=1', 'Error parsing -c overrides: Empty key in override: a..b'],
  ['__proto__.x=1', 'Error parsing -c overrides: The key __proto__ is not allowed: __proto__.x'],
])('%s is refused', (override, message) => {
  expect(() => overrideLayer([override])).toThrow(
    expect.objectContaining({ code: 'config.override', message, exitCode: 1 }),
  )
})
