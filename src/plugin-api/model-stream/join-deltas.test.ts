import { expect, test } from 'vitest'
import type { ModelEvent } from '../provider.ts'
import { joinDeltas } from './join-deltas.ts'

test('deltas of a kind that follow each other are one, and everything keeps its place', () => {
  const text = (delta: string): ModelEvent => ({ type: 'text_delta', delta })
  const reasoning = (delta: string): ModelEvent => ({ type: 'reasoning_delta', delta })
  const notice: ModelEvent = { type: 'notice', message: 'x' }
  const events = [reasoning('a'), reasoning('b'), text('c'), notice, text('d'), text('e'), notice]
  expect([...joinDeltas(events)]).toEqual([reasoning('ab'), text('c'), notice, text('de'), notice])
  expect([...joinDeltas([])]).toEqual([])
})
