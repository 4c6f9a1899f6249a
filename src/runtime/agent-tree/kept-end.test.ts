import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AgentState } from '../../plugin-api/agent-tree.ts'
import { parseRolloutLine } from '../../thread/rollout-lines.ts'
import type { ThreadStore } from '../../thread/thread-store.ts'
import { keptEnd } from './kept-end.ts'

const started = { type: 'task_started', turn_id: 'u' }
const ends = {
  completed: { type: 'task_complete', last_agent_message: 'fine' },
  errored: { type: 'task_complete', error: { message: 'it broke' } },
  interrupted: { type: 'turn_aborted', reason: 'interrupted' },
  /** The program was killed. */
  cut: undefined,
} as const
const left: Readonly<Record<keyof typeof ends, { readonly state: AgentState; readonly message?: string }>> = {
  completed: { state: 'completed', message: 'fine' },
  errored: { state: 'errored', message: 'it broke' },
  interrupted: { state: 'interrupted' },
  cut: { state: 'interrupted' },
}

/** A store of one record with these payloads of `event_msg`, and lines that cannot be read between them. */
function storeOf(payloads: readonly object[]): Pick<ThreadStore, 'lines'> {
  const texts = payloads.flatMap((payload) => [JSON.stringify({ type: 'event_msg', payload }), '{"torn'])
  return {
    *lines() {
      for (const text of texts) yield { line: parseRolloutLine(text), start: 0, end: 0 }
    },
  } as Pick<ThreadStore, 'lines'> // places of lines are not asked for
}

test('a kept agent stands as the last of its turns ended; one that was cut off, or had none, was interrupted', () => {
  const turns = fc.array(fc.constantFrom(...(Object.keys(ends) as (keyof typeof ends)[]))) // its own keys
  fc.assert(
    fc.property(turns, (how) => {
      const payloads = how.flatMap((each) => [started, ...(ends[each] ? [ends[each]] : [])])
      const kept = { threadId: 't', file: 'f', archived: false } as Parameters<typeof keptEnd>[0] // nothing of it is read
      expect(keptEnd(kept, storeOf(payloads) as ThreadStore)).toEqual(left[how.at(-1) ?? 'cut'])
    }),
  )
})
