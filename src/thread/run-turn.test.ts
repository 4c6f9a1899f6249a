import { expect, test } from 'vitest'
import { providerContext } from '../../test/support/provider-context.ts'
import type { HistoryItem, ModelEvent, ModelRequest, Provider, ThreadEvent, ToolCallItem } from '../plugin-api/index.ts'
import { createItemLedger } from '../tools/item-ledger.ts'
import { noUsage } from './no-usage.ts'
import { runTurn } from './run-turn.ts'
import type { Turn, TurnStage, TurnTools } from './turn.ts'

const message = (text: string): HistoryItem => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
})
const call = (id: string, name = 'echo'): ToolCallItem => ({
  type: 'function_call',
  call_id: id,
  name,
  arguments: '{}',
})
const answer = (...items: readonly HistoryItem[]): readonly ModelEvent[] => [
  ...items.map((item): ModelEvent => ({ type: 'item', item })),
  { type: 'completed', usage: { ...noUsage, input_tokens: 10 } },
]

/** A provider that gives these answers, one a request, and keeps what it was asked. */
function scripted(answers: readonly (readonly ModelEvent[] | Error)[]) {
  const requests: ModelRequest[] = []
  const provider: Provider = {
    id: 'scripted',
    models: async () => [],
    async *stream(request) {
      requests.push(request)
      const next = answers[requests.length - 1]
      if (!next) throw new Error('asked once too often')
      if (next instanceof Error) throw next
      yield* next
    },
  }
  return { provider, requests }
}

const stage = (provider: Provider, preparing = false): TurnStage => ({
  ...{ provider, context: providerContext(), model: 'm', modelInfo: { id: 'm' }, freeformTools: false, preparing },
})

const turnOf = (stages: readonly TurnStage[], more: Partial<Turn> = {}): Turn => ({
  ...{ threadId: 't', turnId: 'u', cwd: '/w', history: [], input: [], stages, usageBefore: noUsage },
  task: { prompt: 'p', paths: [] },
  ...more,
})

/** Tools that answer with their call's id; `alone` is not parallel. */
function echoTools(log: string[] = [], before: (id: string) => Promise<void> = async () => undefined): TurnTools {
  return {
    specs: async () => [],
    ended: () => [],
    isParallel: async ({ name }) => name !== 'alone',
    // biome-ignore lint/correctness/useYield: these tools show nothing
    async *dispatch({ call_id }) {
      log.push(`start ${call_id}`)
      await before(call_id)
      log.push(`end ${call_id}`)
      return { type: 'function_call_output', call_id, output: `out ${call_id}` }
    },
  }
}

async function run(turn: Turn, tools = echoTools(), signal = new AbortController().signal) {
  const events: ThreadEvent[] = []
  for await (const event of runTurn(turn, { tools, ledger: createItemLedger() }, signal)) events.push(event)
  return events
}

const kept = (events: readonly ThreadEvent[]) =>
  events.flatMap((event) => (event.type === 'response_item' ? event.item : []))

test('each call and each output is kept once, and sent back once', async () => {
  const { provider, requests } = scripted([answer(call('a'), call('b')), answer(message('done'))])
  const events = await run(turnOf([stage(provider)]))
  const output = (id: string) => ({ type: 'function_call_output', call_id: id, output: `out ${id}` })
  const both = [call('a'), call('b'), output('a'), output('b')]
  expect(kept(events)).toEqual([...both, message('done')])
  expect(requests[1]?.input).toEqual(both)
})

test('the turn ends with its last message and the tokens of all requests and of earlier turns', async () => {
  const { provider } = scripted([answer(message('first'), call('a')), answer(message('last'))])
  const events = await run(turnOf([stage(provider)], { usageBefore: { ...noUsage, input_tokens: 100 } }))
  const usage = { ...noUsage, input_tokens: 120 }
  expect(events.at(-1)).toEqual({ type: 'turn.completed', usage, last_agent_message: 'last' })
})

test('a call that may not run beside others waits for them, and they for it', async () => {
  const log: string[] = []
  const second = Promise.withResolvers<void>()
  const { provider } = scripted([answer(call('a'), call('b'), call('c', 'alone'), call('d')), answer(message('done'))])
  const tools = echoTools(log, async (id) => {
    if (id === 'a') await second.promise // b begins before a ends, or this never ends
    if (id === 'b') second.resolve()
  })
  const events = await run(turnOf([stage(provider)]), tools)
  expect(log.slice(0, 2).sort()).toEqual(['start a', 'start b'])
  expect(log.slice(4)).toEqual(['start c', 'end c', 'start d', 'end d'])
  expect(kept(events).filter(({ type }) => type === 'function_call_output')).toHaveLength(4)
})

test('outputs go to the model in the order of the calls, whichever ended first', async () => {
  const second = Promise.withResolvers<void>()
  const { provider, requests } = scripted([answer(call('a'), call('b')), answer(message('done'))])
  const tools = echoTools([], async (id) => {
    if (id === 'a') await second.promise
    if (id === 'b') second.resolve()
  })
  await run(turnOf([stage(provider)]), tools)
  expect(requests[1]?.input.flatMap((item) => ('output' in item ? item.call_id : []))).toEqual(['a', 'b'])
})

test('a turn makes no more requests than its bound', async () => {
  const { provider, requests } = scripted([answer(call('a')), answer(call('b')), answer(call('c'))])
  await expect(run(turnOf([stage(provider)], { maxIterations: 2 }))).rejects.toMatchObject({
    code: 'thread.iterations',
  })
  expect(requests).toHaveLength(2)
})

test('a preparing stage hands on what its calls gave, and its words to nobody', async () => {
  const preparing = scripted([answer(call('scan')), answer(message('a report'))])
  const last = scripted([answer(message('the answer'))])
  const events = await run(turnOf([stage(preparing.provider, true), stage(last.provider)]))
  expect(last.requests[0]?.input).toEqual([
    call('scan'),
    { type: 'function_call_output', call_id: 'scan', output: 'out scan' },
  ])
  expect(JSON.stringify(events)).not.toContain('a report')
  expect(events.at(-1)).toMatchObject({ last_agent_message: 'the answer' })
})

test('a preparing stage that fails is told, and the next one answers', async () => {
  const preparing = scripted([new Error('no scanner')])
  const last = scripted([answer(message('the answer'))])
  const events = await run(turnOf([stage(preparing.provider, true), stage(last.provider)]))
  expect(events).toContainEqual({
    type: 'item.completed',
    item: { id: expect.any(String), type: 'error', message: 'no scanner' },
  })
  expect(events.at(-1)).toMatchObject({ type: 'turn.completed', last_agent_message: 'the answer' })
})

test('an interruption ends the turn with what had been kept', async () => {
  const controller = new AbortController()
  const { provider } = scripted([answer(call('a', 'alone'), call('b', 'alone'))])
  const tools = echoTools([], async (id) => {
    if (id !== 'b') return
    controller.abort(new Error('stop'))
    controller.signal.throwIfAborted()
  })
  const events: ThreadEvent[] = []
  const ended = (async () => {
    const deps = { tools, ledger: createItemLedger() }
    for await (const event of runTurn(turnOf([stage(provider)]), deps, controller.signal)) events.push(event)
  })()
  await expect(ended).rejects.toThrow('stop')
  expect(kept(events).map((item) => ('call_id' in item ? `${item.type} ${item.call_id}` : item.type))).toEqual([
    ...['function_call a', 'function_call b', 'function_call_output a'],
  ])
})

test('of a message that an interruption cuts, the whole words are kept', async () => {
  const stop = new AbortController()
  const reason = new Error('stopped')
  const provider: Provider = {
    id: 'slow',
    models: async () => [],
    async *stream(_request, _context, signal) {
      yield { type: 'text_delta', delta: 'The answer is half a wo' }
      signal.throwIfAborted()
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
  }
  const events: ThreadEvent[] = []
  const running = async () => {
    const deps = { tools: echoTools(), ledger: createItemLedger() }
    for await (const event of runTurn(turnOf([stage(provider)]), deps, stop.signal)) {
      events.push(event)
      if (event.type === 'item.delta') stop.abort(reason)
    }
  }
  await expect(running()).rejects.toBe(reason)
  expect(kept(events)).toEqual([message('The answer is half a')])
  expect(events).toContainEqual({
    type: 'item.completed',
    item: { id: 'item_0', type: 'agent_message', text: 'The answer is half a' },
  })
})

test('what comes from elsewhere is shown before the turn ends, also of one that fails or is interrupted', async () => {
  const { runThread } = await import('./run-thread.ts')
  const stop = new AbortController()
  const ways = [
    { answers: [answer(message('done'))], signal: new AbortController().signal, end: 'turn.completed' },
    { answers: [new Error('broken')], signal: new AbortController().signal, end: 'turn.failed' },
    { answers: [], signal: stop.signal, end: 'turn.interrupted' },
  ]
  stop.abort(new Error('stopped'))
  for (const { answers, signal, end } of ways) {
    const ledger = createItemLedger()
    const lastItems = async function* () {
      yield ledger.add({ type: 'notice', message: 'late' })
    }
    const run = {
      ...{ turn: turnOf([stage(scripted(answers).provider)]), isNew: false, preface: [], warnings: [] },
      redact: Object.assign((text: string) => text, { openFrom: (text: string) => text.length }),
      context: {} as never, // handed on as it is
      meta: {} as never, // of a new thread
    }
    const types: string[] = []
    for await (const event of runThread(run, { tools: echoTools(), ledger, lastItems }, signal)) {
      types.push('item' in event && 'type' in event.item ? String(event.item.type) : event.type)
    }
    expect(types.filter((type) => type === 'notice' || type === end)).toEqual(['notice', end])
  }
})
