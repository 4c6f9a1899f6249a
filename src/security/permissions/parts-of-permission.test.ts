import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Permissions } from '../../plugin-api/index.ts'
import { decideIn } from './decide-in.ts'
import { everything } from './intersect.ts'
import { coversNetwork, networkPatternOf, networkWords } from './network-grant.ts'
import { partsOfPermission } from './parts-of-permission.ts'
import { isAtOrBelow } from './path-pattern.ts'

const askable = (...clauses: readonly (readonly string[])[]) => ({
  allow: [{ allow: [], deny: [] }],
  askable: clauses.map((allow) => ({ allow, deny: ['/home/u/secret', '* evil.example'] })),
})
const parts = (of: 'read' | 'write' | 'network', subject: string, ...clauses: readonly (readonly string[])[]) =>
  partsOfPermission(
    { kind: 'permission', of, subject, purpose: 'p' },
    { ...everything, [of]: askable(...clauses) },
  ).map((part) => part.subject)

test.each([
  ['/home/u/a', [['/home/u']], ['/home/u/a']],
  ['/home', [['/home/u', '/etc']], ['/home/u']],
  [
    '/',
    [
      ['/home/u/a', '/home/u/b'],
      ['/home/u/b/**', '/etc'],
    ],
    ['/home/u/b'],
  ],
  ['/home', [['/home/u', '/home/u/a']], ['/home/u']],
  ['/home/u/secret', [['/home/u']], []],
  ['/home', [['/home/**/*.md']], []],
  ['/opt', [['/home/u']], []],
] as const)('of %s, %j may be granted as %j', (subject, clauses, expected) => {
  expect(parts('write', subject, ...clauses)).toEqual(expected)
})

test.each([
  ['a.example', [['* a.example']], ['a.example']],
  ['a.example', [['GET *']], ['GET a.example']],
  ['a.example:8443', [['GET a.example', 'POST a.example:8443']], ['GET a.example:8443', 'POST a.example:8443']],
  ['*.b.example', [['* *.example']], ['*.b.example']],
  ['*.example', [['GET *.b.example'], ['* *:443']], ['GET *.b.example:443']],
  ['POST a.example', [['GET *']], []],
  ['evil.example', [['* *']], []],
  ['[::1]:80', [['* [::1]']], ['[::1]:80']],
] as const)('of %s, %j may be granted as %j', (subject, clauses, expected) => {
  expect(parts('network', subject, ...clauses)).toEqual(expected)
})

test('no part is wider than what was asked for, or than what may be', () => {
  const host = fc.constantFrom('a.example', '*.example', '*', 'b.a.example', '*.a.example')
  const pattern = fc
    .tuple(fc.constantFrom('*', 'GET', 'POST'), host, fc.constantFrom('', ':443', ':80'))
    .map(([method, name, port]) => `${method} ${name}${port}`)
  const path = fc.constantFrom('/', '/a', '/a/b', '/a/b/c', '/d', '/a/**/*.ts')
  const rules = <T>(one: fc.Arbitrary<T>) => fc.array(fc.array(one, { maxLength: 3 }), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(pattern, rules(pattern), (wanted, clauses) => {
      const permissions: Permissions = { ...everything, network: askable(...clauses) }
      for (const part of parts('network', wanted, ...clauses)) {
        expect(coversNetwork(wanted, networkPatternOf(part))).toBe(true)
        expect(decideIn('network', permissions, networkPatternOf(part))).toBe('ask')
      }
    }),
  )
  fc.assert(
    fc.property(path, rules(path), (wanted, clauses) => {
      const permissions: Permissions = { ...everything, read: askable(...clauses) }
      for (const part of parts('read', wanted, ...clauses)) {
        expect(isAtOrBelow(part, wanted)).toBe(true)
        expect(decideIn('read', permissions, part)).toBe('ask')
      }
    }),
  )
})

test.each([
  ['a.example', 'any request to a.example on any port'],
  ['GET a.example:443', 'GET to a.example:443'],
  ['*.a.example', 'every host below a.example on any port'],
  ['[::1]', 'any request to [::1] on any port'],
  ['[::1]:80', 'any request to [::1]:80'],
  ['::1', 'any request to [::1] on any port'],
])('%s is told as %s', (subject, words) => {
  expect(networkWords(subject)).toContain(words)
})

test.each([
  ['*.a.example', 'GET b.a.example:443', true],
  ['*.a.example', 'GET a.example:443', false],
  ['*.a.example', 'GET xa.example:443', false],
  ['a.example:443', 'POST a.example:443', true],
  ['a.example:443', 'GET a.example:80', false],
  ['GET a.example', 'POST a.example:443', false],
])('a permission for %s and the request %s: %s', (permission, request, isCovered) => {
  expect(coversNetwork(permission, request)).toBe(isCovered)
})
