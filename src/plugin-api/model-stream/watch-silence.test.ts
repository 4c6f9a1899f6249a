import { expect, onTestFinished, test, vi } from 'vitest'
import { watchSilence } from './watch-silence.ts'

/** A watch of one second, by a clock that the test moves. */
function watch() {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  return watchSilence(1000)
}

test('silence ends it after the idle time', () => {
  const { signal, touch } = watch()
  vi.advanceTimersByTime(999)
  touch()
  vi.advanceTimersByTime(999)
  expect(signal.aborted).toBe(false)
  vi.advanceTimersByTime(1)
  expect(signal.reason).toMatchObject({ name: 'BrokenStream', code: 'provider.unreachable' })
})

test('what is no event keeps it for ten times as long after the last event, and no longer', () => {
  const { signal, touch, keepAlive } = watch()
  const keepFor = (seconds: number) => {
    for (let halves = 0; halves < seconds * 2; halves += 1) {
      vi.advanceTimersByTime(500)
      keepAlive()
    }
  }
  keepFor(9)
  touch()
  keepFor(9.5)
  expect(signal.aborted).toBe(false)
  vi.advanceTimersByTime(500)
  expect(signal.aborted).toBe(true)
})

test('one that is stopped ends nothing', () => {
  const { signal, stop } = watch()
  stop()
  vi.advanceTimersByTime(100_000)
  expect(signal.aborted).toBe(false)
})

test('an idle time beyond what a timer takes is a long one', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { signal } = watchSilence(2 ** 31)
  vi.advanceTimersByTime(1_000_000)
  expect(signal.aborted).toBe(false)
})
