import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseToml } from './parse-toml.ts'
import { setTomlValue } from './set-toml-value.ts'

const text = `# my settings
model = "a" # the model

[agents] # all of them
enabled = true

# about the projects
[projects."/a b"]
trust_level = "untrusted"
`

test('a value is replaced where it stands, its comment kept', () => {
  expect(setTomlValue(text, ['model'], 'b "c"')).toBe(text.replace('"a"', '"b \\"c\\""'))
})

test('a new key goes behind the last one of its table', () => {
  expect(setTomlValue(text, ['agents', 'max_parallel_agents'], 2)).toBe(
    text.replace('enabled = true\n', 'enabled = true\nmax_parallel_agents = 2\n'),
  )
})

test('a new top-level key goes before the first table', () => {
  expect(setTomlValue(text, ['web_search'], 'live')).toBe(
    text.replace('the model\n', 'the model\nweb_search = "live"\n'),
  )
  expect(setTomlValue('[a]\nb = 1\n', ['c'], true)).toBe('c = true\n\n[a]\nb = 1\n')
  expect(setTomlValue('', ['c'], true)).toBe('c = true\n')
  expect(setTomlValue('# only a comment\n', ['c'], true)).toContain('# only a comment')
})

test('a new table goes to the end', () => {
  expect(setTomlValue(text, ['projects', '/b', 'trust_level'], 'trusted')).toBe(
    `${text}\n[projects."/b"]\ntrust_level = "trusted"\n`,
  )
})

test('a key is added to an inline table and beside dotted keys', () => {
  expect(setTomlValue('t = { a = 1 }\n', ['t', 'b'], 2)).toBe('t = { b = 2, a = 1 }\n')
  expect(setTomlValue('t = {}\n', ['t', 'b'], 2)).toBe('t = { b = 2 }\n')
  expect(setTomlValue('t.a = 1\nz = 1\n', ['t', 'b'], 2)).toBe('t.a = 1\nt.b = 2\nz = 1\n')
})

test('CRLF stays', () => {
  expect(setTomlValue('a = 1\r\n[t]\r\nb = 2\r\n', ['t', 'c'], 3)).toBe('a = 1\r\n[t]\r\nb = 2\r\nc = 3\r\n')
})

test('null removes a key and leaves the rest', () => {
  expect(setTomlValue(text, ['agents', 'enabled'], null)).toBe(text.replace('enabled = true\n', ''))
  expect(setTomlValue('t = { a = 1, b = 2 }\n', ['t', 'b'], null)).toBe('t = { a = 1 }\n')
  expect(setTomlValue('t = { a = 1, b = 2 }\n', ['t', 'a'], null)).toBe('t = { b = 2 }\n')
  expect(setTomlValue(text, ['none'], null)).toBe(text)
})

test('a table sets its keys one by one', () => {
  const edited = setTomlValue(text, ['mcp_servers', 'x'], { command: 'c', args: ['a', 'b'] })
  expect(edited).toBe(`${text}\n[mcp_servers.x]\ncommand = "c"\nargs = ["a", "b"]\n`)
})

test('what cannot be edited in place is an error and not a wrong edit', () => {
  expect(() => setTomlValue('[[step]]\nid = 1\n', ['step', 'id'], 2)).toThrow('cannot be edited in place')
  expect(() => setTomlValue('[t]\na = 1\n', ['t'], 2)).toThrow('cannot be edited in place')
})

test('an edit changes that key and no other, or is refused', () => {
  const lines = fc.constantFrom(
    'a = 1',
    'b.c = "x"',
    '[t]',
    'd = [1,\n 2]',
    '[t.u]',
    '"q.r" = { s = 1 }',
    '# note',
    '',
    '[[l]]',
    'b.e.f = 1',
  )
  const path = fc.array(fc.constantFrom('a', 'b', 'c', 't', 'u', 'd', 'q.r', 's', 'e', 'new'), {
    minLength: 1,
    maxLength: 3,
  })
  const seen = { edited: 0 }
  fc.assert(
    fc.property(
      fc.array(lines, { maxLength: 7 }),
      path,
      fc.constantFrom<string | number | null>('v', 5, null),
      (parts, keys, value) => {
        const source = `${parts.join('\n')}\n`
        const edited = attempt(() => setTomlValue(source, keys, value))
        if (edited === undefined) return
        seen.edited++
        const found = keys.reduce<unknown>((inner, key) => Object(inner)[key], parseToml(edited, '/f').value)
        expect(found).toBe(value ?? undefined)
        for (const comment of source.match(/# note/g) ?? []) expect(edited).toContain(comment)
        expect((edited.match(/# note/g) ?? []).length).toBe((source.match(/# note/g) ?? []).length)
      },
    ),
    { numRuns: 1500 },
  )
  expect(seen.edited).toBeGreaterThan(300)
})

function attempt(run: () => string): string | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
