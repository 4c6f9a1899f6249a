import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Clause, type Permissions, permissionDimensions } from '../../plugin-api/index.ts'
import { commandSubject } from './command-prefix.ts'
import { decideIn } from './decide-in.ts'
import { everything, intersect, nothing } from './intersect.ts'

const segment = fc.constantFrom('a', 'b', 'c.ts', '.env', '[x]', 'd e')
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`)
const pathPattern = fc.oneof(
  path.map((text) => text.replace(/[[\]]/g, '\\$&')),
  fc.constantFrom('/**', '/a/**', '/**/*.ts', '/a/*/c.ts', '/**/.env*', '/{a,b}/**'),
)
const word = fc.constantFrom('git', 'diff', 'log', 'rm', '-rf', 'ls')
const words = fc.array(word, { minLength: 1, maxLength: 3 })
const prefix = fc.oneof(
  fc.constant('*'),
  words.map((parts) => parts.join(' ')),
)
const host = fc.constantFrom('example.com', 'a.example.com', 'example.org', '*.example.com', '*')
const request = fc.tuple(fc.constantFrom('GET', 'POST', '*'), host, fc.constantFrom('', ':443', ':80'))
const name = fc.constantFrom('shell', 'read_file', 'mcp__x__y', 'mcp__*', '*', 's*')

const patterns = {
  read: pathPattern,
  write: pathPattern,
  exec: prefix,
  network: request.map(([method, target, port]) => `${method} ${target}${port}`),
  tools: name,
  delegate: name,
} as const
const subjects = {
  read: path,
  write: path,
  exec: fc.tuple(words, fc.boolean()).map(([known, open]) => commandSubject({ known, open })),
  network: fc
    .tuple(
      fc.constantFrom('GET', 'POST', 'HEAD'),
      fc.constantFrom('example.com', 'a.example.com', 'example.org'),
      fc.constantFrom(80, 443),
    )
    .map(([method, target, port]) => `${method} ${target}:${port}`),
  tools: fc.constantFrom('shell', 'read_file', 'mcp__x__y', 'search'),
  delegate: fc.constantFrom('shell', 'read_file', 'mcp__x__y', 'search'),
} as const

const ruleOf = (pattern: fc.Arbitrary<string>) => {
  const clause: fc.Arbitrary<Clause> = fc.record({
    allow: fc.array(pattern, { maxLength: 3 }),
    deny: fc.array(pattern, { maxLength: 2 }),
  })
  return fc.array(clause, { maxLength: 3 })
}
const dimensionOf = (pattern: fc.Arbitrary<string>) => fc.record({ allow: ruleOf(pattern), askable: ruleOf(pattern) })
const limit = fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined })
const limits = fc
  .record({ command_timeout_ms: limit, max_iterations: limit })
  .map((value) => Object.fromEntries(Object.entries(value).filter(([, bound]) => bound !== undefined)))
const anyPermissions: fc.Arbitrary<Permissions> = fc.record({
  read: dimensionOf(patterns.read),
  write: dimensionOf(patterns.write),
  exec: dimensionOf(patterns.exec),
  network: dimensionOf(patterns.network),
  tools: dimensionOf(patterns.tools),
  delegate: dimensionOf(patterns.delegate),
  limits,
})

const canonical = (value: Permissions) => intersect(value, value)
const rank = { deny: 0, ask: 1, allow: 2 } as const

test('the order of sides does not matter', () => {
  fc.assert(
    fc.property(anyPermissions, anyPermissions, (a, b) => {
      expect(intersect(a, b)).toEqual(intersect(b, a))
    }),
  )
})

test('the order of steps does not matter', () => {
  fc.assert(
    fc.property(anyPermissions, anyPermissions, anyPermissions, (a, b, c) => {
      expect(intersect(intersect(a, b), c)).toEqual(intersect(a, intersect(b, c)))
    }),
  )
})

test('a second time changes nothing', () => {
  fc.assert(
    fc.property(anyPermissions, anyPermissions, (a, b) => {
      const both = intersect(a, b)
      expect(intersect(both, both)).toEqual(both)
      expect(intersect(both, b)).toEqual(both)
    }),
  )
})

test('everything is the identity', () => {
  fc.assert(
    fc.property(anyPermissions, (a) => {
      expect(intersect(a, everything)).toEqual(canonical(a))
    }),
  )
})

test('equal clauses in another order give an equal value', () => {
  const shuffled = (value: Permissions): Permissions => ({
    ...value,
    read: {
      allow: value.read.allow
        .toReversed()
        .map(({ allow, deny }) => ({ allow: allow.toReversed(), deny: [...deny, ...deny] })),
      askable: [...value.read.askable, ...value.read.askable],
    },
  })
  fc.assert(
    fc.property(anyPermissions, (a) => {
      expect(JSON.stringify(canonical(shuffled(a)))).toBe(JSON.stringify(canonical(a)))
    }),
  )
})

test.each(permissionDimensions)('a subject of %s gets the stricter answer of the two sides', (dimension) => {
  fc.assert(
    fc.property(anyPermissions, anyPermissions, subjects[dimension], (a, b, subject) => {
      const of = (value: Permissions) => rank[decideIn(dimension, value, subject)]
      expect(of(intersect(a, b))).toBe(Math.min(of(a), of(b)))
      expect(of(everything)).toBe(rank.allow)
      expect(of(intersect(a, nothing))).toBe(rank.deny)
    }),
    { numRuns: 300 },
  )
})

test('the smaller limit holds, and one that is absent sets none', () => {
  const bounded = (value: Permissions['limits']): Permissions => ({ ...everything, limits: value })
  const both = intersect(bounded({ max_iterations: 5, max_processes: 9 }), bounded({ max_iterations: 7 }))
  expect(both.limits).toEqual({ max_iterations: 5, max_processes: 9 })
})
