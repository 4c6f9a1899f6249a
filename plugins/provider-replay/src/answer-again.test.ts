import type { ModelEvent, RecordedRequest, ReplayedThread } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import { collect } from '../../../test/support/collect.ts'
import { modelRequest, providerContext } from '../../../test/support/provider-context.ts'
import { answerAgain } from './answer-again.ts'

const delta = (text: string): ModelEvent => ({ type: 'text_delta', delta: text })

function replayOf(requests: readonly Partial<RecordedRequest>[], more: Partial<ReplayedThread> = {}): ReplayedThread {
  const { input, tools, model } = modelRequest()
  const whole = requests.map(
    (each, index): RecordedRequest => ({
      ...{ number: index + 1, line: 3, request: { model, input, tools }, events: [], end: 'completed' },
      ...each,
    }),
  )
  return { file: 'thread.jsonl', lenient: false, neutral: (text) => text, next: () => whole.shift(), ...more }
}

const ask = (replay: ReplayedThread | undefined, signal = new AbortController().signal) =>
  answerAgain(modelRequest(), { ...providerContext(), ...(replay && { replay }) }, signal)

test('the answers come one after the other, and then there is none', async () => {
  const events = (text: string) => [{ afterMs: 5, event: delta(text) }]
  const replay = replayOf([{ events: events('one') }, { events: events('two') }])
  expect(await collect(ask(replay))).toEqual([delta('one')])
  expect(await collect(ask(replay))).toEqual([delta('two')])
  await expect(collect(ask(replay))).rejects.toMatchObject({ code: 'replay.ended', hint: expect.any(String) })
})

test('the recorded pace is kept where it is asked for: what is not due waits, and an interruption ends the wait', async () => {
  const events = [
    { afterMs: 0, event: delta('now') },
    { afterMs: 3_600_000, event: delta('in an hour') },
  ]
  const stop = new AbortController()
  const stream = ask(replayOf([{ events }], { speed: 1 }), stop.signal)
  expect((await stream.next()).value).toEqual(delta('now'))
  const next = stream.next()
  stop.abort(new Error('stopped'))
  await expect(next).rejects.toThrow()
})

test.each([
  ['failed', { code: 'provider.quota', message: 'nothing left', hint: 'pay' }, { code: 'provider.quota', hint: 'pay' }],
  ['interrupted', undefined, { code: 'replay.ended', message: expect.stringContaining('interrupted') }],
  ['cut', undefined, { code: 'replay.ended', message: expect.stringContaining('line 3') }],
] as const)('a request that %s ends so again, behind what came of it', async (end, failure, error) => {
  const stream = ask(replayOf([{ end, events: [{ afterMs: 1, event: delta('half') }], ...(failure && { failure }) }]))
  expect((await stream.next()).value).toEqual(delta('half'))
  await expect(stream.next()).rejects.toMatchObject(error)
})

test('a request that differs is no answer, or with lenient a notice before it', async () => {
  const { tools, model } = modelRequest()
  const other = { request: { model, tools, input: [] }, events: [{ afterMs: 0, event: delta('one') }] }
  await expect(collect(ask(replayOf([other])))).rejects.toMatchObject({
    code: 'replay.differs',
    location: { file: 'thread.jsonl', line: 3, field: 'input[0]' },
  })
  expect(await collect(ask(replayOf([other], { lenient: true })))).toEqual([
    { type: 'notice', message: expect.stringContaining('at input[0] (message of the user)') },
    delta('one'),
  ])
})

test('without a recording it says how it is given one', async () => {
  await expect(collect(ask(undefined))).rejects.toMatchObject({ code: 'provider.unconfigured' })
})
