import { expect, test, vi } from 'vitest'
import { settledWithin } from './settled-within.ts'

test.for([
  ['fulfilled', () => Promise.resolve(1)],
  ['rejected', () => Promise.reject(new Error('no'))],
] as const)('a promise that is %s ends the wait', async ([, settled]) => {
  vi.useFakeTimers()
  await settledWithin(settled(), 1000)
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

test('one that never settles is waited for so long', async () => {
  vi.useFakeTimers()
  const done = vi.fn()
  void settledWithin(new Promise(() => undefined), 1000).then(done)
  await vi.advanceTimersByTimeAsync(999)
  expect(done).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(done).toHaveBeenCalledOnce()
  vi.useRealTimers()
})
