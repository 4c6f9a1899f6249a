import { expect, test } from 'vitest'
import { untilAborted } from './until-aborted.ts'

const reason = new Error('stopped')

test('what the work gives, or throws, is passed on', async () => {
  const { signal } = new AbortController()
  expect(await untilAborted(Promise.resolve(1), signal)).toBe(1)
  await expect(untilAborted(Promise.reject(reason), signal)).rejects.toBe(reason)
})

test('an abort, before or during the work, ends the wait for work that never ends', async () => {
  const stop = new AbortController()
  const waiting = untilAborted(new Promise(() => undefined), stop.signal)
  stop.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  await expect(untilAborted(Promise.reject(new Error('late')), stop.signal)).rejects.toBe(reason)
})
