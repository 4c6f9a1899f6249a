import { expect, test } from 'vitest'
import { turnTraceContext } from './turn-trace-context.ts'

const turnId = '01890a5d-ac96-774b-bcce-b302099a8057'
const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'

test('a turn without a trace begins one whose id is its own', () => {
  expect(turnTraceContext(turnId, undefined, {})).toEqual({
    own: { traceId: '01890a5dac96774bbcceb302099a8057', spanId: 'bcceb302099a8057', flags: '01' },
  })
})

test('the environment names the trace, its state and whether it is recorded', () => {
  const { own, parent: above } = turnTraceContext(turnId, undefined, { TRACEPARENT: parent, TRACESTATE: 'a=1, b@c=2' })
  const common = { traceId: '0af7651916cd43dd8448eb211c80319c', flags: '00', state: 'a=1,b@c=2' }
  expect(own).toEqual({ ...common, spanId: 'bcceb302099a8057' })
  expect(above).toEqual({ ...common, spanId: 'b7ad6b7169203331' })
})

test('who delegates goes before the environment', () => {
  const given = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: '01' }
  const { own, parent: above } = turnTraceContext(turnId, given, { TRACEPARENT: parent })
  expect(own.traceId).toBe(given.traceId)
  expect(above).toBe(given)
})

test.each([
  ['too few parts', '00-0af7651916cd43dd8448eb211c80319c'],
  ['a trace of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
  ['a span of zeros', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`],
  ['upper-case digits', parent.toUpperCase()],
  ['the version that is none', parent.replace(/^00/, 'ff')],
  ['more parts in version 00', `${parent}-what`],
  ['a line break', `${parent}\nX-Evil: 1`],
])('a context with %s is not taken over, and the turn says so', (_, value) => {
  const found = turnTraceContext(turnId, undefined, { TRACEPARENT: value })
  expect(found.own.traceId).toBe('01890a5dac96774bbcceb302099a8057')
  expect(found.problem).toContain('TRACEPARENT is no trace context')
  expect(found.problem).not.toContain(value)
})

test('a later version with more parts is read as far as it is known', () => {
  const { own, problem } = turnTraceContext(turnId, undefined, { TRACEPARENT: `${parent.replace(/^00/, '01')}-what` })
  expect(own.traceId).toBe('0af7651916cd43dd8448eb211c80319c')
  expect(problem).toBeUndefined()
})

test.each(['a', 'A=1', 'a=1\nX: 2', Array(33).fill('a=1').join(','), `a=${'1'.repeat(600)}`])(
  'a broken state is left out, the trace is not: %j',
  (TRACESTATE) => {
    const { own } = turnTraceContext(turnId, undefined, { TRACEPARENT: parent, TRACESTATE })
    expect(own.state).toBeUndefined()
    expect(own.traceId).toBe('0af7651916cd43dd8448eb211c80319c')
  },
)
