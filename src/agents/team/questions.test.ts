import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AgentPath } from '../../plugin-api/agent-tree.ts'
import { createQuestions } from './questions.ts'

const [a, b, c] = ['/root/a', '/root/b', '/root/c'] as const
const done = { state: 'completed', message: 'all done' } as const

test('an answer comes to the one that asked, once, and only from the one that was asked', async () => {
  const questions = createQuestions()
  const { outcome } = questions.ask('m1', a, b)
  expect(() => questions.answer('m1', c, 'me')).toThrow(expect.objectContaining({ code: 'agents.unknown_question' }))
  expect(questions.answer('m1', b, 'yes')).toEqual({ asker: a, isAwaited: true })
  expect(await outcome).toEqual({ outcome: 'answered', answer: 'yes' })
  expect(() => questions.answer('m1', b, 'again')).toThrow(expect.objectContaining({ code: 'agents.unknown_question' }))
})

test('an answer that is late is still to be told', async () => {
  const questions = createQuestions()
  const { outcome } = questions.ask('m1', a, b)
  questions.expire('m1')
  expect(await outcome).toEqual({ outcome: 'timed_out' })
  expect(questions.answer('m1', b, 'yes')).toEqual({ asker: a, isAwaited: false })
})

test('the end of a turn is the answer where the question began it, else it is no answer', async () => {
  const questions = createQuestions()
  const [begun, read, waiting] = ['m1', 'm2', 'm3'].map((id) => questions.ask(id, a, b))
  questions.read('m1', true)
  questions.read('m2', false)
  questions.ended(b, done, false)
  expect(await begun?.outcome).toEqual({ outcome: 'answered', answer: 'all done' })
  expect(await read?.outcome).toEqual({ outcome: 'ended', ...done })
  // What it has not read waits for its next turn, unless there is none.
  questions.ended(b, { state: 'shutdown' }, true)
  expect(await waiting?.outcome).toEqual({ outcome: 'ended', state: 'shutdown' })
})

test('a question that closes a circle of waits is seen, through questions and calls alike', () => {
  const questions = createQuestions()
  questions.ask('m1', a, b)
  const stop = questions.waits(b, [c])
  expect(questions.circle(c, a)).toEqual([c, a, b, c])
  expect(questions.circle(b, a)).toEqual([b, a, b])
  stop()
  expect(questions.circle(c, a)).toBeUndefined()
})

test('who waits for several goes on when one of them can', () => {
  const questions = createQuestions()
  questions.waits(a, [b, c])
  expect(questions.circle(b, a)).toBeUndefined()
  questions.ask('m1', c, b)
  expect(questions.circle(b, a)).toEqual([b, a, b])
})

test('in no sequence of questions does everybody wait, and each question has one outcome', async () => {
  const agents = ['/root/a', '/root/b', '/root/c', '/root/d'] as const
  const agent = fc.constantFrom(...agents)
  const step = fc.oneof(
    fc.record({ do: fc.constant('ask' as const), from: agent, to: agent }),
    fc.record({ do: fc.constant('answer' as const), from: agent, to: agent }),
    fc.record({ do: fc.constant('end' as const), from: agent, to: agent }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const questions = createQuestions()
      const open = new Map<string, { readonly from: AgentPath; readonly to: AgentPath }>()
      const outcomes: Promise<unknown>[] = []
      const waits = (path: AgentPath) => [...open.values()].some(({ from }) => from === path)
      let next = 0
      for (const { do: what, from, to } of steps) {
        // Who waits does nothing meanwhile.
        if (what === 'ask' && from !== to && !waits(from)) {
          if (questions.circle(from, to)) continue
          next += 1
          outcomes.push(questions.ask(`m${next}`, from, to).outcome)
          open.set(`m${next}`, { from, to })
        }
        const [id] = [...open].find(([, each]) => each.to === from) ?? []
        if (what === 'answer' && id !== undefined && !waits(from)) {
          expect(questions.answer(id, from, 'x').isAwaited).toBe(true)
          open.delete(id)
        }
        if (what === 'end' && !waits(from)) {
          questions.ended(from, done, true)
          for (const [each, { to: asked }] of open) if (asked === from) open.delete(each)
        }
        // Somebody can always go on.
        expect(agents.some((path) => !waits(path))).toBe(true)
      }
      for (const path of agents) questions.ended(path, done, true)
      expect(await Promise.all(outcomes)).toHaveLength(next)
    }),
  )
})
