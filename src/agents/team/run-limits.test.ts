import { expect, test } from 'vitest'
import { createRunMeter } from './run-limits.ts'

test('the agents of a run share so many requests; a thread alone has as many as its turn', () => {
  const meter = createRunMeter({ maxRequests: 2 }, () => 0)
  for (let count = 0; count < 3; count += 1) meter.mayAsk(false)
  expect(() => meter.mayAsk(true)).toThrow(expect.objectContaining({ code: 'budget.requests' }))
  expect(meter.leftMs()).toBeUndefined()
})

test('when the time of a run is over nobody asks again', () => {
  let nowMs = 5
  const meter = createRunMeter({ maxRequests: 9, maxMs: 1000 }, () => nowMs)
  nowMs = 1004
  meter.mayAsk(true)
  expect(meter.leftMs()).toBe(1)
  nowMs = 9000
  expect(meter.leftMs()).toBe(0)
  expect(() => meter.mayAsk(true)).toThrow(expect.objectContaining({ code: 'budget.time' }))
  meter.mayAsk(false)
})
