import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HistoryItem } from '../plugin-api/index.ts'
import { compactedHistory, summaryInput } from './compact-history.ts'
import { planCompaction } from './plan-compaction.ts'

const said = (role: 'developer' | 'user' | 'assistant', text: string): HistoryItem => ({
  ...{ type: 'message', role, content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text }] },
})
const call = (id: string): HistoryItem => ({ type: 'function_call', call_id: id, name: 'read', arguments: '{}' })
const output = (id: string, text: string): HistoryItem => ({ type: 'function_call_output', call_id: id, output: text })

const base = [
  said('developer', 'You are an agent.'),
  said('user', '# AGENTS.md instructions for /w\n\nBe brief.\n\n<environment_context>\n</environment_context>'),
]
const prompt = said('user', 'Mend the tests.')
const work = (count: number, size = 400) =>
  Array.from({ length: count }, (_, index) => [call(`c${index}`), output(`c${index}`, `${index}`.repeat(size))]).flat()

test('instructions, the prompt and the newest rounds stay word for word; the rest gives way', () => {
  const earlier = [said('user', 'An old question.'), said('assistant', 'An old answer.')]
  const rounds = work(9)
  const plan = planCompaction([...base, ...earlier, prompt, ...rounds], 400)
  expect(plan).toEqual({
    instructions: base,
    replaced: [earlier[1], ...rounds.slice(0, -2)],
    requests: [earlier[0], prompt],
    recent: rounds.slice(-2),
  })
  const history = plan && compactedHistory(plan, ' What was done. ', '/w')
  const summary = '<summary_of_earlier_conversation>\nWhat was done.\n</summary_of_earlier_conversation>'
  expect(history).toEqual([...base, earlier[0], prompt, said('user', summary), ...rounds.slice(-2)])
})

test('a prompt among the newest items stays where it is', () => {
  const plan = planCompaction([...base, ...work(9), prompt], 400)
  expect(plan?.recent.at(-1)).toBe(prompt)
  expect(plan?.requests).toEqual([])
})

test('the last round stays although it alone would fill the window, with its output cut', () => {
  const plan = planCompaction([...base, prompt, ...work(1, 90_000)], 1_000)
  expect(plan?.replaced).toEqual([])
  const [kept, cut] = plan?.recent.slice(-2) ?? []
  expect(kept).toEqual(call('c0'))
  expect(JSON.stringify(cut).length).toBeLessThan(2_200)
  expect(JSON.stringify(cut)).toContain('tokens omitted')
})

test('where nothing can be made shorter there is no plan', () => {
  expect(planCompaction([...base, prompt], 10)).toBeUndefined()
  expect(planCompaction([], undefined)).toBeUndefined()
})

test('the summary is asked for without tools, in half of the window, with long outputs cut', () => {
  const history = [...base, prompt, ...work(40, 20_000), ...work(1)]
  const plan = planCompaction(history, 30_000)
  if (!plan) throw new Error('no plan')
  const input = summaryInput(plan, { roomBytes: 60_000 })
  expect(input).toHaveLength(2)
  expect(JSON.stringify(input).length).toBeLessThan(70_000)
  expect(JSON.stringify(input[0])).toContain('takes too much of')
  const own = summaryInput(plan, { roomBytes: 60_000, compactPrompt: 'Short, please.', focus: 'the parser' })
  expect(own[0]).toEqual(
    said('developer', 'Short, please.\n\nThe person asks that the summary keeps in particular: the parser'),
  )
})

test('no call is parted from its output, and no item stays twice', () => {
  const round = fc.record({ calls: fc.integer({ min: 1, max: 3 }), size: fc.integer({ min: 0, max: 3_000 }) })
  fc.assert(
    fc.property(fc.array(round, { maxLength: 12 }), fc.integer({ min: 1, max: 5_000 }), (rounds, window) => {
      const items = rounds.flatMap(({ calls, size }, index) => {
        const ids = Array.from({ length: calls }, (_, each) => `c${index}-${each}`)
        return [...ids.map(call), ...ids.map((id) => output(id, 'x'.repeat(size)))]
      })
      const plan = planCompaction([...base, prompt, ...items], window)
      const history = plan ? compactedHistory(plan, 'summary', '/w') : []
      const open = new Set<string>()
      for (const item of history) {
        if (item.type === 'function_call') open.add(item.call_id)
        if (item.type === 'function_call_output') expect(open.delete(item.call_id)).toBe(true)
      }
      expect([...open]).toEqual([])
      if (plan) expect(plan.replaced.length + plan.recent.length + plan.requests.length).toBe(items.length + 1)
    }),
  )
})
