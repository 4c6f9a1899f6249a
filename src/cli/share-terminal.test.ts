import { expect, test } from 'vitest'
import { shareTerminal } from './share-terminal.ts'

const { signal } = new AbortController()

/** A terminal, and all that happens on it in order. */
function watched() {
  const terminal = shareTerminal()
  const seen: string[] = []
  terminal.attach({ suspend: () => void seen.push('hidden'), resume: () => void seen.push('drawn') })
  terminal.attachReader({
    suspend: async () => void seen.push('unread'),
    drop: async () => void seen.push('dropped'),
    resume: () => void seen.push('read'),
  })
  /** A question that is shown, and answered from outside. */
  const question = (name: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const { promise: shown, resolve: show } = Promise.withResolvers<void>()
    const ask = () => {
      seen.push(`asked ${name}`)
      show()
      return promise
    }
    return { ask, shown, resolve, reject }
  }
  return { terminal, seen, question }
}

test('a question is shown when the one before is answered, and each gets its own answer', async () => {
  const { terminal, seen, question } = watched()
  const [first, second, third] = [question('one'), question('two'), question('three')]
  const answers = [first, second, third].map(({ ask }) => terminal.alone(ask, signal))
  await first.shown
  expect(seen).toEqual(['hidden', 'unread', 'asked one'])
  first.resolve('y')
  await second.shown
  second.resolve('n')
  await third.shown
  third.resolve('t')
  expect(await Promise.all(answers)).toEqual(['y', 'n', 't'])
  expect(seen.slice(3)).toEqual(['dropped', 'asked two', 'dropped', 'asked three', 'read', 'drawn'])
})

test('an abort takes one question away: it is never shown, and the next one is asked', async () => {
  const { terminal, seen, question } = watched()
  const [first, second, third] = [question('one'), question('two'), question('three')]
  const stop = new AbortController()
  const asked = terminal.alone(first.ask, signal)
  const taken = terminal.alone(second.ask, stop.signal)
  const next = terminal.alone(third.ask, signal)
  await first.shown
  stop.abort(new Error('stopped'))
  await expect(taken).rejects.toThrow('stopped')
  first.resolve('n')
  await third.shown
  third.resolve('y')
  expect(await Promise.all([asked, next])).toEqual(['n', 'y'])
  expect(seen).not.toContain('asked two')
  expect(seen.slice(-2)).toEqual(['read', 'drawn'])
})

test('a question that fails leaves the next one its turn, and the terminal is given back behind the last', async () => {
  const { terminal, seen, question } = watched()
  const [first, second] = [question('one'), question('two')]
  const failed = terminal.alone(first.ask, signal)
  const next = terminal.alone(second.ask, signal)
  await first.shown
  first.reject(new Error('no terminal'))
  await expect(failed).rejects.toThrow('no terminal')
  await second.shown
  expect(seen).not.toContain('drawn')
  second.resolve('y')
  expect(await next).toBe('y')
  expect(seen.slice(-2)).toEqual(['read', 'drawn'])
  const later = question('later')
  const answer = terminal.alone(later.ask, signal)
  later.resolve('n')
  expect(await answer).toBe('n')
  expect(seen.slice(-5)).toEqual(['hidden', 'unread', 'asked later', 'read', 'drawn'])
})
