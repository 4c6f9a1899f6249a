import { expect, test } from 'vitest'
import { decideIn } from './decide-in.ts'
import { writeScopeLayer } from './write-scope-layer.ts'

const places = { workspaceRoot: '/w', codexHome: '/h/.codex', homeDir: '/h', tempDir: '/tmp' }
const answer = (globs: readonly string[], path: string, at = places) =>
  decideIn('write', writeScopeLayer('one', globs, at).permissions, path)

test.each([
  [['src/**'], '/w/src/deep/a.ts', 'allow'],
  [['src'], '/w/src/a.ts', 'allow'],
  [['src/*.ts'], '/w/src/a.ts', 'allow'],
  [['src/*.ts'], '/w/src/a.js', 'deny'],
  [['src/**'], '/w/srcs/a.ts', 'deny'],
  [['src/**'], '/w/a.ts', 'deny'],
  [['**'], '/w/a.ts', 'allow'],
  [['**'], '/elsewhere', 'deny'],
  [[], '/w/a.ts', 'deny'],
  [[], '/tmp/a', 'allow'],
  [[], '/h/.cargo/registry/a', 'allow'],
  [[], '/h/a', 'deny'],
] as const)('under the scope %j, writing %s: %s', (globs, path, expected) => {
  expect(answer(globs, path)).toBe(expected)
})

test('a workspace in the temp directory is not open because that is', () => {
  const at = { ...places, workspaceRoot: '/tmp/w' }
  expect([answer(['src'], '/tmp/w/a', at), answer(['src'], '/tmp/w/src/a', at)]).toEqual(['deny', 'allow'])
})

test('nothing but writing is narrowed', () => {
  const { permissions } = writeScopeLayer('one', [], places)
  expect(decideIn('exec', permissions, 'git status')).toBe('allow')
  expect(decideIn('read', permissions, '/etc/hosts')).toBe('allow')
})
