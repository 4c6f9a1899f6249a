import { expect, test } from 'vitest'
import { canRedraw, wantsColour } from './terminal-form.ts'

const terminal = { isTTY: true }
const file = { isTTY: false }

test.each([
  [{}, undefined, terminal, true],
  [{}, undefined, file, false],
  [{}, 'always', file, true],
  [{ FORCE_COLOR: '1' }, 'never', terminal, false],
  [{ NO_COLOR: '1' }, 'always', terminal, true],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, undefined, file, true],
  [{ FORCE_COLOR: '0' }, 'auto', terminal, false],
  [{ NO_COLOR: '1' }, undefined, terminal, false],
  [{ NO_COLOR: '' }, undefined, terminal, true],
  [{ TERM: 'dumb' }, undefined, terminal, false],
  [{ CI: 'true' }, undefined, terminal, false],
  [{ CI: 'false' }, undefined, terminal, true],
] as const)('with %j and --color %s, colours on %j are %s', (env, color, stream, wanted) => {
  expect(wantsColour({ env, color }, stream)).toBe(wanted)
})

test.each([
  [{}, undefined, terminal, true],
  [{}, 'always', file, false],
  [{ FORCE_COLOR: '1' }, undefined, file, false],
  [{ FORCE_COLOR: '1', CI: '1' }, undefined, terminal, false],
  [{}, 'never', terminal, false],
  [{ TERM: 'dumb' }, 'always', terminal, false],
] as const)('with %j and --color %s, drawing anew on %j is %s', (env, color, stream, possible) => {
  expect(canRedraw({ env, color }, stream)).toBe(possible)
})
