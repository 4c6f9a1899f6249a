import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AgentPath } from '../../plugin-api/agent-tree.ts'
import { isCodexError } from '../../plugin-api/errors.ts'
import { createFloodWatch, exchangeBounds, floodBounds, repeatBounds } from './flood-watch.ts'

const [a, b, c] = ['/root/a', '/root/b', '/root/c'] as const
const wide = { perRun: 100_000, perPair: 100_000 }

/** Says something by a clock of its own. */
function talk(limits = wide) {
  let nowMs = 0
  const watch = createFloodWatch(limits, () => nowMs)
  const say = (author: AgentPath, to: readonly AgentPath[], text: string) => {
    try {
      return watch.admit({ author, recipients: to, kind: 'suggestion', text }) ?? 'said'
    } catch (error) {
      return isCodexError(error) ? error.code : 'thrown'
    }
  }
  return { watch, say, later: (ms: number) => (nowMs += ms) }
}

test('the same to the same agent is hinted at, then refused; to another one, or something else, it is said', () => {
  const { say } = talk()
  const said = Array.from({ length: repeatBounds.refusedAt }, (_, index) =>
    say(a, [b], `look  at it${' '.repeat(index)}`),
  )
  expect(said.slice(0, 2)).toEqual(['said', 'said'])
  expect(said[repeatBounds.hintAt - 1]).toContain('the same 3 times')
  expect(said.at(-1)).toBe('agents.loop')
  expect([say(a, [c], 'look at it'), say(a, [b], 'something else')]).toEqual(['said', 'said'])
})

test('two that do nothing but talk are stopped, and may go on once one of them has done something', () => {
  const { say, watch } = talk()
  const said = Array.from({ length: exchangeBounds.refusedAt }, (_, index) =>
    index % 2 === 0 ? say(a, [b], `a ${index}`) : say(b, [a], `b ${index}`),
  )
  expect(said[exchangeBounds.hintAt - 2]).toBe('said')
  expect(said[exchangeBounds.hintAt - 1]).toContain('to and fro')
  expect(said.at(-1)).toBe('agents.loop')
  expect(say(c, [a], 'others go on')).toBe('said')
  watch.progressed(b)
  expect(say(b, [a], 'with news')).toBe('said')
})

test('who says too much at once is refused until time has passed, and the others are not', () => {
  const { say, later } = talk()
  const said = Array.from({ length: floodBounds.messages + 1 }, (_, index) => say(a, [b], `n ${index}`))
  expect(said.filter((each) => each === 'said')).toHaveLength(floodBounds.messages)
  expect(said.at(-1)).toBe('agents.flood')
  expect(say(c, [b], 'hello')).toBe('said')
  later(floodBounds.windowMs + 1)
  expect(say(a, [b], 'one more')).toBe('said')
  const large = 'x'.repeat(floodBounds.messageBytes - 10)
  const many = Array.from({ length: 17 }, (_, index) => say(c, [b], `${large}${index}`))
  expect(many.at(-1)).toBe('agents.flood')
})

test.each(['', ' \n', 'x'.repeat(floodBounds.messageBytes + 1)])('an empty or a huge text is no message', (text) => {
  expect(talk().say(a, [b], text)).toBe('agents.message')
})

test('a run and a pair have their numbers of messages, each recipient counted', () => {
  const { say } = talk({ perRun: 4, perPair: 2 })
  expect([say(a, [b, c], '1'), say(a, [b], '2'), say(a, [b], '3')]).toEqual(['said', 'said', 'agents.messages'])
  expect([say(b, [c, a], '4'), say(b, [c], '5')]).toEqual(['agents.messages', 'said'])
  expect(say(c, [a], '6')).toBe('agents.messages')
})

test('answers are never refused for their number, whatever was said before', () => {
  const { watch, say } = talk({ perRun: 1, perPair: 1 })
  say(a, [b], 'one')
  expect(watch.admit({ author: b, recipients: [a], kind: 'answer', text: 'yes' })).toBeUndefined()
})

test('whatever is said, what is admitted stays within every bound', () => {
  const agent = fc.constantFrom(a, b, c)
  const step = fc.record({
    author: agent,
    to: fc.uniqueArray(agent, { minLength: 1, maxLength: 2 }),
    text: fc.constantFrom('x', 'y', 'z', 'w'),
    waitMs: fc.nat(2000),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const { say, later } = talk({ perRun: 60, perPair: 25 })
      const perPair = new Map<string, number>()
      const same = new Map<string, number>()
      let total = 0
      for (const { author, to, text, waitMs } of steps) {
        later(waitMs)
        if (say(author, to, text).startsWith('agents.')) continue
        for (const each of to) {
          total += 1
          for (const [counts, key] of [
            [perPair, `${author} ${each}`],
            [same, `${author} ${each} ${text}`],
          ] as const)
            counts.set(key, (counts.get(key) ?? 0) + 1)
        }
      }
      expect(total).toBeLessThanOrEqual(60)
      expect(Math.max(0, ...perPair.values())).toBeLessThanOrEqual(25)
      expect(Math.max(0, ...same.values())).toBeLessThan(repeatBounds.refusedAt)
    }),
  )
})
