import { expect, test } from 'vitest'
import type { Permissions } from '../../plugin-api/index.ts'
import { commandSubject } from './command-prefix.ts'
import { decideIn } from './decide-in.ts'
import { dimensionOf } from './dimension-of.ts'
import { everything } from './intersect.ts'
import { networkSubject } from './network-pattern.ts'
import { compilePathPattern, escapePath } from './path-pattern.ts'

test.each([
  ['/a/b', '/a/b', true],
  ['/a/b', '/a/b/c/.d', true],
  ['/a/b', '/a/bc', false],
  ['/a/b/', '/a/b', true],
  ['/a/**', '/a', true],
  ['/a/**', '/a/.hidden/x', true],
  ['/a/*', '/a/b/c', true],
  ['/a/*.ts', '/a/b.ts', true],
  ['/a/*.ts', '/a/b/c.ts', false],
  ['/a/**/*.ts', '/a/c.ts', true],
  ['/**/.env', '/.env', true],
  ['/**/.env', '/x/.env', true],
  ['/**/*.pem', '/x/line\nbreak/k\n.pem', true],
  ['/a/!(x)', '/a/x/file', false],
  ['/a/{b,c}', '/a/c/d', true],
  ['/', '/anything', true],
  ['/caf\u00e9', '/cafe\u0301/x', true],
])('%s on %j: %s', (pattern, path, covered) => {
  expect(compilePathPattern(pattern)(path)).toBe(covered)
})

test('an escaped path stands for itself, whatever characters it has', () => {
  for (const path of ['/a[b]*c', '/a{b,c}', '/a!(b)', '/a?b', '/a\\b', '/(a|b)', '/!a', '/a+(b)@(c)', '/"q"', '/$x^']) {
    const whole = compilePathPattern(escapePath(path))
    const below = compilePathPattern(`${escapePath(path)}/**/*.ts`)
    expect([path, whole(path), whole(`${path}/x`), below(`${path}/x/y.ts`)]).toEqual([path, true, true, true])
    for (const other of ['/ab', '/abc', '/axc', '/a', '/b', '/a[b]xc'])
      expect([path, other, whole(other)]).toEqual([path, other, false])
  }
})

test('a pattern that could never be compared is refused and not ignored', () => {
  expect(() => compilePathPattern('/a/../b')).toThrow(/cannot be used/)
  expect(() => compilePathPattern('/a/*/../b')).toThrow(/cannot be used/)
})

const withDimension = (value: Partial<Permissions>): Permissions => ({ ...everything, ...value })

test('a command prefix is whole words, and an unknown word is held against it', () => {
  const git = withDimension({ exec: dimensionOf({ allow: ['git diff', 'ls'], deny: ['git diff --ext-diff'] }) })
  const decide = (known: string[], open = false) => decideIn('exec', git, commandSubject({ known, open }))
  expect(decide(['git', 'diff', '--stat'])).toBe('allow')
  expect(decide(['/usr/bin/git', 'diff'])).toBe('allow')
  expect(decide(['git', 'diff x'])).toBe('deny')
  expect(decide(['git diff'])).toBe('deny')
  expect(decide(['./git', 'diff'])).toBe('deny')
  expect(decide(['/repo/bin/git', 'diff'])).toBe('deny')
  expect(decide(['git', 'diff'], true)).toBe('deny')
  expect(decide(['git'], true)).toBe('deny')
  expect(decide([], true)).toBe('deny')
  expect(decide(['ls'], true)).toBe('allow')
  expect(decideIn('exec', everything, commandSubject({ known: [], open: true }))).toBe('allow')
})

test('a network pattern tells method, host, subdomains and port apart', () => {
  const net = withDimension({
    network: dimensionOf({ allow: ['GET example.com', '* *.example.org', 'GET [::1]:8080'], ask: ['* ask.test'] }),
  })
  const decide = (method: string, host: string, port = 443) =>
    decideIn('network', net, networkSubject({ method, host, port }))
  expect(decide('get', 'EXAMPLE.com.')).toBe('allow')
  expect(decide('POST', 'example.com')).toBe('deny')
  expect(decide('GET', 'a.example.com')).toBe('deny')
  expect(decide('GET', 'evil-example.com')).toBe('deny')
  expect(decide('POST', 'a.b.example.org')).toBe('allow')
  expect(decide('GET', 'example.org')).toBe('deny')
  expect(decide('GET', 'evilexample.org')).toBe('deny')
  expect(decide('GET', '::1', 8080)).toBe('allow')
  expect(decide('GET', '::1', 8081)).toBe('deny')
  expect(decide('PUT', 'ask.test')).toBe('ask')
})

test('a name pattern takes * for any run of characters and nothing else', () => {
  const tools = withDimension({ tools: dimensionOf({ allow: ['mcp__x__*', 'read.file'] }) })
  expect(decideIn('tools', tools, 'mcp__x__query')).toBe('allow')
  expect(decideIn('tools', tools, 'mcp__y__query')).toBe('deny')
  expect(decideIn('tools', tools, 'readXfile')).toBe('deny')
})
