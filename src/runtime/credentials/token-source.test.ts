import { expect, test } from 'vitest'
import { renewalTime } from './token-lifetime.ts'
import { createTokenSource } from './token-source.ts'

const never = new AbortController().signal
const now = Date.parse('2026-01-01T00:00:00Z')
const jwt = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`

test.each([
  ['a JWT a minute before its end', jwt({ exp: now / 1000 + 3600 }), undefined, 3_540_000],
  ['a short JWT after nine tenths of its life', jwt({ exp: now / 1000 + 100 }), undefined, 90_000],
  ['a JWT at the interval where that comes first', jwt({ exp: now / 1000 + 3600 }), 1000, 1000],
  ['a JWT at its end where the interval is 0', jwt({ exp: now / 1000 + 3600 }), 0, 3_540_000],
  ['a token that tells no end after five minutes', 'abc', undefined, 300_000],
  ['a token at the interval', 'abc', 5000, 5000],
  ['a token never, where the interval is 0', 'abc', 0, Number.POSITIVE_INFINITY],
  ['a JWT without an end', jwt({ sub: 'x' }), undefined, 300_000],
  ['three parts that are no JWT', 'a.b.c', undefined, 300_000],
])('%s', (_, token, intervalMs, afterMs) => {
  expect(renewalTime(token, intervalMs, now) - now).toBe(afterMs)
})

function source(intervalMs: number) {
  const clock = { nowMs: now }
  let taken = 0
  const tokens = createTokenSource({
    take: async () => {
      taken += 1
      if (taken === 99) throw new Error('no')
      return `t${taken}`
    },
    intervalMs,
    now: () => new Date(clock.nowMs),
  })
  return { tokens, clock, taken: () => taken }
}

test('a token is taken once, by all who ask at the same time, and again when its time has come', async () => {
  const { tokens, clock, taken } = source(1000)
  expect(await Promise.all([tokens.token(never), tokens.token(never)])).toEqual(['t1', 't1'])
  clock.nowMs += 999
  expect(await tokens.token(never)).toBe('t1')
  clock.nowMs += 1
  expect(await tokens.token(never)).toBe('t2')
  expect(taken()).toBe(2)
})

test('a refused token is taken anew; who comes later with the same one gets the new one', async () => {
  const { tokens, taken } = source(0)
  expect(await tokens.token(never)).toBe('t1')
  expect(await tokens.renew('t1', never)).toBe('t2')
  expect(await tokens.renew('t1', never)).toBe('t2')
  expect(taken()).toBe(2)
})
