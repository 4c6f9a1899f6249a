import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { RunningThread, ThreadEvent, ThreadRequest } from '../../src/plugin-api/index.ts'
import { type ExecCase, execCase, jsonLines, toolOutputs, userTexts } from '../support/exec-case.ts'
import { runtimeOf } from '../support/runtime-of.ts'
import { sentBody } from '../support/scripted-session.ts'

const request: ThreadRequest = { input: 'go', route: false }

/** Reads a thread to its end; `on` sees each event before the next is asked for. */
async function readThread(thread: RunningThread, on: (event: ThreadEvent) => void = () => undefined) {
  const events: ThreadEvent[] = []
  for await (const event of thread) {
    events.push(event)
    on(event)
  }
  return events
}

async function begin(one: ExecCase, signal = new AbortController().signal, more: Partial<ThreadRequest> = {}) {
  return (await runtimeOf(one)).run({ ...request, ...more }, signal)
}

const items = (events: readonly ThreadEvent[], type: string) =>
  events.flatMap((event) => (event.type === 'item.completed' && event.item.type === type ? [event.item] : []))

test('a message that is added while a tool runs goes with the next request of the same turn, and is kept', async () => {
  const one = await execCase([{ calls: [{ shell: 'echo worked' }] }, { text: 'done' }])
  const thread = await begin(one)
  let turnId = ''
  const events = await readThread(thread, (event) => {
    if (event.type === 'turn.started') turnId = event.turn_id ?? ''
    if (event.type === 'item.started') {
      expect(thread.steer({ text: 'use the other file', expectedTurnId: turnId })).toEqual({ turnId })
    }
  })
  expect(events.filter(({ type }) => type === 'turn.started')).toHaveLength(1)
  expect(items(events, 'user_message')).toMatchObject([{ text: 'use the other file', way: 'steer' }])
  const sent = sentBody(one.server, 1)
  expect(Object.values(toolOutputs(sent)).join()).toContain('worked')
  expect(userTexts(sent).slice(-2)).toEqual(['go', 'use the other file'])

  const [file = ''] = await one.rollouts()
  const kept = jsonLines(await readFile(file, 'utf8')).filter(({ type }) => type === 'response_item')
  expect(kept.filter((line) => JSON.stringify(line).includes('use the other file'))).toMatchObject([
    { payload: { type: 'message', role: 'user' } },
  ])
  const shown = JSON.parse((await one.run(['threads', 'show', 'last', '--json'])).stdout)
  expect(shown.turns.map(({ prompt }: { prompt: string }) => prompt)).toEqual(['go'])
  expect(shown.turns[0].items).toContainEqual(expect.objectContaining({ text: 'use the other file', way: 'steer' }))
})

test('a message that comes while the model says its last word lets the turn go on', async () => {
  let thread: RunningThread | undefined
  const one = await execCase([
    () => {
      thread?.steer({ text: 'one more thing' })
      return { text: 'finished' }
    },
    { text: 'that too' },
  ])
  thread = await begin(one)
  const events = await readThread(thread)
  expect(userTexts(sentBody(one.server, 1)).at(-1)).toBe('one more thing')
  expect(events.at(-1)).toMatchObject({ type: 'turn.completed', last_agent_message: 'that too' })
  expect(events.filter(({ type }) => type === 'turn.completed')).toHaveLength(1)
})

test('nothing can be added before a turn, after it, or to another one', async () => {
  const one = await execCase([{ text: 'done' }])
  const thread = await begin(one)
  expect(() => thread.steer({ text: 'early' })).toThrowError(expect.objectContaining({ code: 'thread.idle' }))
  await readThread(thread, (event) => {
    if (event.type !== 'turn.started') return
    expect(() => thread.steer({ text: 'for another', expectedTurnId: 'other' })).toThrowError(
      expect.objectContaining({ code: 'thread.other_turn', message: expect.stringContaining(String(event.turn_id)) }),
    )
  })
  for (const late of [() => thread.steer({ text: 'late' }), () => thread.queue({ text: 'late' })]) {
    expect(late).toThrowError(expect.objectContaining({ code: 'thread.idle' }))
  }
  expect(one.server.requests).toHaveLength(1)
})

test('queued messages have turns of their own, one after the other, in the same thread', async () => {
  const one = await execCase([{ text: 'first' }, { text: 'second' }, { text: 'third' }])
  const thread = await begin(one)
  const events = await readThread(thread, (event) => {
    if (event.type !== 'turn.started' || thread.queued.length > 0 || one.server.requests.length > 0) return
    thread.queue({ text: 'then this' })
    thread.queue({ text: 'then that' })
    expect(thread.queued).toEqual(['then this', 'then that'])
  })
  expect(events.filter(({ type }) => type === 'thread.started')).toHaveLength(1)
  expect(events.filter(({ type }) => type === 'turn.completed')).toHaveLength(3)
  expect(items(events, 'user_message')).toMatchObject([
    { text: 'then this', way: 'queue' },
    { text: 'then that', way: 'queue' },
  ])
  expect(userTexts(sentBody(one.server, 2)).slice(-3)).toEqual(['go', 'then this', 'then that'])
  expect(thread.queued).toEqual([])
  expect(await one.rollouts()).toHaveLength(1)
})

test('an interruption sends nothing more, and says what was not sent', async () => {
  const stop = new AbortController()
  const one = await execCase([{ text: 'part', failure: { kind: 'silent', afterEvents: 3 } }])
  const thread = await begin(one, stop.signal)
  const reading = readThread(thread, (event) => {
    if (event.type !== 'turn.started') return
    thread.queue({ text: 'for later' })
    thread.steer({ text: 'taken at once' })
  })
  await one.server.received(1)
  thread.steer({ text: 'never taken' })
  stop.abort()
  expect((await reading).at(-1)?.type).toBe('turn.interrupted')
  expect(userTexts(sentBody(one.server, 0)).at(-1)).toBe('taken at once')
  expect(thread.queued).toEqual(['never taken', 'for later'])
  expect(one.server.requests).toHaveLength(1)
})

test('a playbook says that it cannot be steered, and a queued message follows it', async () => {
  const one = await execCase([])
  const thread = await begin(one, new AbortController().signal, { agent: 'code-reviewer', playbook: true })
  let hasQueued = false
  const events = await readThread(thread, (event) => {
    if (event.type !== 'turn.started' || hasQueued) return
    expect(() => thread.steer({ text: 'only src' })).toThrowError(
      expect.objectContaining({
        code: 'thread.not_steerable',
        message: expect.stringContaining('code-reviewer'),
        hint: expect.stringContaining('Queue'),
      }),
    )
    thread.queue({ text: 'only src' })
    hasQueued = true
  })
  expect(events.filter(({ type }) => type === 'turn.completed')).toHaveLength(2)
  expect(one.server.requests).toHaveLength(0)
})

test('a thread without a record takes what is added, and no further turn', async () => {
  const one = await execCase([{ text: 'done' }])
  const thread = await begin(one, new AbortController().signal, { ephemeral: true })
  await readThread(thread, (event) => {
    if (event.type !== 'turn.started') return
    thread.steer({ text: 'and this' })
    expect(() => thread.queue({ text: 'later' })).toThrowError(expect.objectContaining({ code: 'thread.not_kept' }))
  })
  expect(userTexts(sentBody(one.server, 0)).at(-1)).toBe('and this')
})
