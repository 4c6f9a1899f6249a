import { expect, test } from 'vitest'
import { sourcePrefix } from '../security/permissions/source-prefix.ts'
import { nameSourceTools } from './name-source-tools.ts'

type Plain = { readonly group?: string; readonly name: string }
function namesOf(tools: readonly Plain[], taken: readonly string[] = []): Readonly<Record<string, string>> {
  const { named } = nameSourceTools('mcp', tools, new Set(taken))
  return Object.fromEntries(named.map(({ tool, name }) => [`${tool.group}/${tool.name}`, name]))
}

test('a name is made of source, group and name', () => {
  expect(namesOf([{ group: 'files', name: 'read_file' }])).toEqual({ 'files/read_file': 'mcp__files__read_file' })
  expect(sourcePrefix('mcp', 'my server')).toBe('mcp__my_server__')
})

test('what a name may not hold is replaced, and one that was written so keeps its name', () => {
  const names = namesOf([
    { group: 's', name: 'a.b' },
    { group: 's', name: 'a_b' },
    { group: 's', name: 'a/c' },
  ])
  expect(names['s/a_b']).toBe('mcp__s__a_b')
  expect(names['s/a.b']).toMatch(/^mcp__s__a_b_[0-9a-f]{8}$/)
  expect(names['s/a/c']).toBe('mcp__s__a_c')
})

test('names do not depend on the order of the tools', () => {
  const tools = [
    { group: 's', name: 'a b' },
    { group: 's', name: 'a.b' },
    { group: 'x__y', name: 'z' },
    { group: 'x', name: 'y__z' },
    { group: 's', name: 'é'.repeat(80) },
  ]
  const names = namesOf(tools)
  expect(namesOf(tools.toReversed())).toEqual(names)
  expect(new Set(Object.values(names)).size).toBe(tools.length)
  expect(names['x/y__z']).toBe('mcp__x__y__z')
  for (const name of Object.values(names)) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
})

test('the name of another tool is not taken, and the second of two equal ones is told', () => {
  expect(namesOf([{ group: 's', name: 'a' }], ['mcp__s__a'])['s/a']).toMatch(/^mcp__s__a_[0-9a-f]{8}$/)
  const { named, duplicates } = nameSourceTools('mcp', [{ name: 'a' }, { name: 'a' }], new Set())
  expect(named).toHaveLength(1)
  expect(duplicates).toEqual([{ name: 'a' }])
})
