import { expect, test } from 'vitest'
import { providerContext } from '../../test/support/provider-context.ts'
import {
  CodexError,
  type HistoryItem,
  type ModelEvent,
  type ModelRequest,
  type ThreadEvent,
  type ToolCallItem,
} from '../plugin-api/index.ts'
import { createItemLedger } from '../tools/item-ledger.ts'
import { openBudget } from './budget.ts'
import { noUsage } from './no-usage.ts'
import { runTurn } from './run-turn.ts'
import type { ConnectedModel, Turn, TurnDeps, TurnTools } from './turn.ts'

const message = (text: string): HistoryItem => ({
  ...{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] },
})
const said = (text: string): HistoryItem => ({
  ...{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
})
const thought = (seal: string): HistoryItem => ({ type: 'reasoning', summary: [], encrypted_content: seal })
const call = (id: string, given = '{}'): ToolCallItem => ({
  ...{ type: 'function_call', call_id: id, name: 'read', arguments: given },
})
const error = (code: 'context_length' | 'unreachable' | 'request') => new CodexError(`provider.${code}`, code)

/** What a model gives to one request: items, then perhaps a failure. */
type Answer = readonly (HistoryItem | Error)[]

/** A model that gives these answers, each for 100 tokens, and keeps what it was asked. */
function scripted(id: string, answers: readonly Answer[], contextWindow?: number) {
  const requests: ModelRequest[] = []
  const model: ConnectedModel = {
    provider: {
      id,
      models: async () => [],
      async *stream(request): AsyncGenerator<ModelEvent> {
        requests.push(request)
        for (const each of answers[requests.length - 1] ?? [new Error('asked once too often')]) {
          if (each instanceof Error) throw each
          yield { type: 'item', item: each }
        }
        yield { type: 'completed', usage: { ...noUsage, input_tokens: 100 } }
      },
    },
    context: providerContext({ id }),
    model: `${id}-model`,
    modelInfo: { id, ...(contextWindow && { contextWindow }) },
    freeformTools: false,
  }
  return { model, requests }
}

const tools: TurnTools = {
  specs: async () => [{ type: 'function', name: 'read', description: 'd', parameters: {} }],
  isParallel: async () => true,
  ended: () => [],
  // biome-ignore lint/correctness/useYield: this tool shows nothing
  async *dispatch({ call_id }) {
    return { type: 'function_call_output', call_id, output: `out ${call_id} ${'x'.repeat(200)}` }
  },
}

async function run(
  first: ConnectedModel,
  more: {
    readonly fallbacks?: readonly ConnectedModel[]
    readonly turn?: Partial<Turn>
    readonly deps?: Partial<TurnDeps>
  } = {},
) {
  const fallbacks = (more.fallbacks ?? []).map((model) => ({ name: model.model, connect: async () => model }))
  const events: ThreadEvent[] = []
  const turn: Turn = {
    ...{ threadId: 't', turnId: 'u', cwd: '/w', history: [], input: [said('the prompt')], usageBefore: noUsage },
    task: { prompt: 'p', paths: [] },
    stages: [{ ...first, preparing: false, fallbacks }],
    ...more.turn,
  }
  const ending = (async () => {
    const deps = { tools, ledger: createItemLedger(), ...more.deps }
    for await (const event of runTurn(turn, deps, new AbortController().signal)) events.push(event)
  })()
  const failure: unknown = await ending.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  const items = events.flatMap((event) => (event.type === 'item.completed' ? event.item : []))
  return { events, items, failure, kept: events.flatMap((event) => (event.type === 'response_item' ? event.item : [])) }
}

test('what was said before a provider gave up stays said, and the next one goes on behind it', async () => {
  const first = scripted('one', [[thought('a'), message('first'), thought('b'), error('unreachable')]])
  const second = scripted('two', [[message('second')]])
  const { events, items, kept } = await run(first.model, { fallbacks: [second.model] })
  expect(second.requests[0]?.input).toEqual([said('the prompt'), message('first')])
  expect(kept).toEqual([said('the prompt'), { ...thought('a'), provider: 'one' }, message('first'), message('second')])
  expect(items.map(({ type }) => type)).toEqual(['agent_message', 'model_switch', 'agent_message'])
  expect(events.at(-1)).toMatchObject({ last_agent_message: 'second' })
})

test('reasoning goes back to the provider that sealed it, and where nobody is named to any', async () => {
  const own = { ...thought('own'), provider: 'one' }
  const other = { ...thought('other'), provider: 'two' }
  const model = scripted('one', [[message('done')]])
  await run(model.model, { turn: { history: [thought('old'), own, message('x'), other, message('y')] } })
  expect(model.requests[0]?.input.slice(0, -1)).toEqual([thought('old'), thought('own'), message('x'), message('y')])
})

test('a refused request goes to nobody else', async () => {
  const second = scripted('two', [])
  const { failure } = await run(scripted('one', [[error('request')]]).model, { fallbacks: [second.model] })
  expect(failure).toMatchObject({ code: 'provider.request' })
  expect(second.requests).toEqual([])
})

const rounds = (count: number) => Array.from({ length: count }, (_, index): Answer => [call(`c${index}`, `${index}`)])

test('a provider that gives up while it summarises is followed, and the summary is asked of the next', async () => {
  const first = scripted('one', [...rounds(4), [error('context_length')], [error('unreachable')]])
  const second = scripted('two', [[message('a summary')], [message('done')]])
  const { items, events } = await run(first.model, { fallbacks: [second.model] })
  expect(second.requests.map(({ tools: offered }) => offered.length)).toEqual([0, 1])
  expect(items).toContainEqual(expect.objectContaining({ type: 'context_compaction', summary: 'a summary' }))
  expect(JSON.stringify(second.requests[1]?.input)).toContain('a summary')
  expect(events.at(-1)).toMatchObject({ type: 'turn.completed', last_agent_message: 'done' })
})

test.each<[string, Answer, number]>([
  ['no text', [thought('a')], 2],
  ['a call of a tool that was not offered', [call('x')], 2],
  ['a full context again', [error('context_length')], 3],
])(
  'a summary that gives %s is asked for again, with less where it was too long; then the turn fails as too long',
  async (_, answer, times) => {
    const answers = [...rounds(4), [error('context_length')], ...Array.from({ length: times }, () => answer)]
    const model = scripted('one', answers)
    const { failure, items } = await run(model.model)
    expect(failure).toMatchObject({ code: 'provider.context_length' })
    expect(items).toEqual([])
    expect(model.requests).toHaveLength(answers.length)
  },
)

test('a summary that is longer than what it stands for is cut', async () => {
  const model = scripted('one', [
    ...rounds(30),
    [error('context_length')],
    [message('word '.repeat(9_000))],
    [message('done')],
  ])
  const { items } = await run(model.model)
  const [compaction] = items
  if (compaction?.type !== 'context_compaction') throw new Error('no compaction')
  expect(compaction.summary.length).toBeLessThanOrEqual(2_000)
  expect(compaction.tokens_after ?? 0).toBeLessThan(compaction.tokens_before ?? 0)
  expect(items.at(-1)).toMatchObject({ type: 'agent_message', text: 'done' })
})

test('a history that nearly fills the window stays as it is where no summary comes, and the turn goes on', async () => {
  const model = scripted('one', [...rounds(1), [thought('a')], [thought('b')], [message('done')]], 105)
  const { items } = await run(model.model, { turn: { compactAtTokens: 100, history: [message('x'.repeat(300))] } })
  expect(items.map(({ type }) => type)).toEqual(['error', 'agent_message'])
})

test('the first request of a turn is measured too, by what the request before took and what has come since', async () => {
  const earlier = Array.from({ length: 9 }, (_, index) => message(`answer ${index} ${'x'.repeat(90)}`))
  const known = { history: earlier, compactAtTokens: 1_000, lastTokensBefore: 990 }
  const long = scripted('one', [[message('a summary')], [message('done')]])
  const prompt = { input: [said('p'.repeat(80))] }
  expect((await run(long.model, { turn: { ...known, ...prompt } })).items.map(({ type }) => type)).toEqual([
    ...['context_compaction', 'agent_message'],
  ])
  const short = scripted('one', [[message('done')]])
  const { items } = await run(short.model, { turn: { ...known, ...prompt, lastTokensBefore: 900 } })
  expect(items.map(({ type }) => type)).toEqual(['agent_message'])
})

test('a history that is nearly as long as the window is summarised before the next request', async () => {
  const model = scripted('one', [...rounds(1), [message('a summary')], [message('done')]], 105)
  const { items } = await run(model.model, { turn: { compactAtTokens: 100, history: [message('x'.repeat(900))] } })
  expect(items.map(({ type }) => type)).toEqual(['context_compaction', 'agent_message'])
  const roomy = scripted('one', [...rounds(4), [message('done')]], 1_000)
  expect((await run(roomy.model)).items.map(({ type }) => type)).toEqual(['agent_message'])
})

test('a budget is asked before each request, and what is spent ends the turn with all outputs kept', async () => {
  const model = scripted('one', rounds(9))
  const { failure, kept, items } = await run(model.model, {
    deps: { budget: openBudget({ max_tokens: 250 }, undefined) },
  })
  expect(failure).toMatchObject({ code: 'budget.tokens' })
  expect(model.requests).toHaveLength(3)
  expect(kept.filter(({ type }) => type === 'function_call_output')).toHaveLength(3)
  expect(items).toMatchObject([{ type: 'budget_warning', used: 200, limit: 250 }])
})

test('what needs no language model is under no budget', async () => {
  const { model } = scripted('one', [[message('a report')]])
  const spent = openBudget({ max_tokens: 1 }, undefined)
  await spent.spend({ ...noUsage, input_tokens: 1 }, model)
  const free = { ...model, provider: { ...model.provider, modelFree: true } }
  expect((await run(free, { deps: { budget: spent } })).failure).toBeUndefined()
})

test('an answer that does not fit its schema gets one more try', async () => {
  const checkOutput = (text: string) => (text === 'good' ? [] : ['/a: must be string'])
  const mended = scripted('one', [[message('bad')], [message('good')]])
  expect((await run(mended.model, { deps: { checkOutput } })).events.at(-1)).toMatchObject({
    last_agent_message: 'good',
  })
  expect(JSON.stringify(mended.requests[1]?.input.at(-1))).toContain('- /a: must be string')
  const hopeless = scripted('one', [[message('bad')], [message('bad')]])
  expect((await run(hopeless.model, { deps: { checkOutput } })).failure).toMatchObject({ code: 'thread.output_schema' })
})
