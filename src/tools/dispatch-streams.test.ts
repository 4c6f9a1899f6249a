import { afterEach, expect, test } from 'vitest'
import { toolBenches } from '../../test/support/tool-bench.ts'
import { defineTool, type ToolEvent, type ToolOutput, z } from '../plugin-api/index.ts'

const open = toolBenches(afterEach)
const common = { description: '', effects: [], parallel: true } as const

test('events of a generator come out while it runs, and it is asked for more only by its reader', async () => {
  const steps: string[] = []
  const counting = defineTool({
    ...common,
    name: 'counting',
    item: 'own',
    input: z.strictObject({}),
    async *run(_, ctx): AsyncGenerator<ToolEvent, ToolOutput> {
      for (const text of ['one', 'two', 'three']) {
        steps.push(text)
        if (text === 'two') ctx.emit({ type: 'output', delta: 'emitted' })
        yield { type: 'output', delta: text }
      }
      return { text: 'counted' }
    },
  })
  const bench = await open([counting])
  const stream = bench.dispatch(bench.callItem('counting', {}))
  expect((await stream.next()).value).toMatchObject({ type: 'item.delta', delta: 'one' })
  expect(steps).toEqual(['one'])
  const rest: unknown[] = []
  let step = await stream.next()
  for (; !step.done; step = await stream.next()) rest.push(step.value)
  expect(rest).toMatchObject([{ delta: 'emitted' }, { delta: 'two' }, { delta: 'three' }])
  expect(step.value.output).toBe('counted')
})

test('an event that is emitted is out before the tool ends', async () => {
  const { promise: mayEnd, resolve: letEnd } = Promise.withResolvers<void>()
  const waiting = defineTool({
    ...common,
    name: 'waiting',
    item: 'own',
    input: z.strictObject({}),
    async run(_, ctx) {
      ctx.emit({ type: 'output', delta: 'early' })
      await mayEnd
      return { text: 'late' }
    },
  })
  const bench = await open([waiting])
  const stream = bench.dispatch(bench.callItem('waiting', {}))
  expect((await stream.next()).value).toMatchObject({ delta: 'early' })
  letEnd()
  expect((await stream.next()).value).toMatchObject({ output: 'late' })
})

test('an abort ends the tool, passes its reason and is recorded', async () => {
  const controller = new AbortController()
  let wasReleased = false
  const endless = defineTool({
    ...common,
    name: 'endless',
    input: z.strictObject({}),
    async *run(_, ctx): AsyncGenerator<ToolEvent, ToolOutput> {
      try {
        for (;;) yield { type: 'output', delta: '.' }
      } finally {
        wasReleased = ctx.signal.aborted
      }
    },
  })
  const bench = await open([endless])
  const stream = bench.dispatch(bench.callItem('endless', {}), controller.signal)
  await stream.next()
  await stream.next()
  const reason = new Error('stopped by the person')
  controller.abort(reason)
  await expect(
    (async () => {
      for (;;) if ((await stream.next()).done) return 'ended'
    })(),
  ).rejects.toBe(reason)
  expect(wasReleased).toBe(true)
  expect(bench.audit.at(-1)).toMatchObject({ type: 'outcome', status: 'interrupted' })
})

test('a reader that goes away ends the tool', async () => {
  let wasReleased = false
  const waiting = defineTool({
    ...common,
    name: 'waiting',
    item: 'own',
    input: z.strictObject({}),
    run: (_, ctx) =>
      new Promise<ToolOutput>((_resolve, reject) => {
        ctx.emit({ type: 'output', delta: 'begun' })
        ctx.signal.addEventListener('abort', () => {
          wasReleased = true
          reject(ctx.signal.reason)
        })
      }),
  })
  const bench = await open([waiting])
  const stream = bench.dispatch(bench.callItem('waiting', {}))
  for await (const event of stream) {
    expect(event.type).toBe('item.delta')
    break
  }
  expect(wasReleased).toBe(true)
})
