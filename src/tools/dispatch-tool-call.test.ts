import { afterEach, expect, test } from 'vitest'
import { completedItems, phasesOf, toolBenches } from '../../test/support/tool-bench.ts'
import { defineFreeformTool, defineTool, type ToolOutput, z } from '../plugin-api/index.ts'

const open = toolBenches(afterEach)
const common = { description: '', effects: [], parallel: true } as const
const echo = defineTool({
  ...common,
  name: 'echo',
  input: z.strictObject({ text: z.string(), times: z.int().default(1) }),
  run: async ({ text, times }) => ({ text: text.repeat(times), structured: { times }, summary: `${times} times` }),
})

test('a call is checked, run and shown, and its data goes beside the text', async () => {
  const bench = await open([echo])
  const { events, output } = await bench.run('echo', { text: 'ab' })
  expect(events).toEqual([
    {
      type: 'item.started',
      item: {
        id: 'item_0',
        type: 'tool_call',
        tool: 'echo',
        arguments: { text: 'ab' },
        summary: '',
        status: 'in_progress',
      },
    },
    {
      type: 'item.completed',
      item: {
        id: 'item_0',
        type: 'tool_call',
        tool: 'echo',
        arguments: { text: 'ab' },
        summary: '1 times',
        status: 'completed',
      },
    },
  ])
  expect(output).toEqual({
    ...{ type: 'function_call_output', call_id: 'call-1', output: 'ab' },
    ...{ structured: { times: 1 }, summary: '1 times' },
  })
  expect(bench.audit).toMatchObject([
    { type: 'decision', outcome: 'allow', action: { kind: 'tool', tool: 'echo' } },
    { type: 'outcome', of: 'record-1', status: 'done' },
  ])
})

test.each([
  ['{"text": 1}', /^failed to parse function arguments: text: /],
  ['{"txt": "a", "text": "b"}', /^failed to parse function arguments: .*txt.*; It takes text, times$/],
  ['{"text"', /^failed to parse function arguments: /],
  ['', /^failed to parse function arguments: text: /],
])('arguments %s give no item and no decision, and the model is told', async (text, message) => {
  const bench = await open([echo])
  const stream = bench.dispatch({ type: 'function_call', name: 'echo', arguments: text, call_id: 'c' })
  expect((await stream.next()).value).toEqual({
    type: 'call.failed',
    tool: 'echo',
    message: expect.stringContaining('its arguments do not fit: '),
  })
  const step = await stream.next()
  expect(step.done).toBe(true)
  expect(step.value).toMatchObject({ failed: true, output: expect.stringMatching(message) })
  expect(bench.audit).toEqual([])
})

test('an unknown tool is answered with the known ones', async () => {
  const { events, output } = await (await open([{ ...echo, name: 'read' }, echo])).run('ehco', {})
  expect(events).toEqual([{ type: 'call.failed', tool: 'ehco', message: 'there is no such tool' }])
  expect(output.output).toBe('unsupported call: ehco. The tools are: echo, read')
})

test('a tool that throws gives its message without a stack, and what it left open is failed', async () => {
  const broken = defineTool({
    ...common,
    name: 'broken',
    item: 'own',
    input: z.strictObject({}),
    run: async (_, ctx) => {
      ctx.emit({
        type: 'item',
        done: false,
        item: {
          type: 'command_execution',
          command: 'x',
          aggregated_output: '',
          exit_code: null,
          status: 'in_progress',
        },
      })
      throw new Error('the disk is full')
    },
  })
  const { events, output } = await (await open([broken])).run('broken', {})
  expect(phasesOf(events)).toEqual(['started:command_execution', 'completed:command_execution'])
  expect(completedItems(events)[0]).toMatchObject({ status: 'failed' })
  expect(output).toMatchObject({ output: 'the disk is full', failed: true })
})

test('a tool that ends without a text is told apart from one that has none', async () => {
  const odd = defineTool({
    ...common,
    name: 'odd',
    input: z.strictObject({}),
    // What a plugin in JavaScript could give.
    run: async () => ({ result: 1 }) as unknown as ToolOutput,
  })
  const { output } = await (await open([odd])).run('odd', {})
  expect(output).toMatchObject({ output: 'the tool ended without an output text', failed: true })
})

test('a tool whose module does not load is an answer, not an end', async () => {
  const bench = await open([])
  const { dispatchToolCall } = await import('./dispatch-tool-call.ts')
  const stream = dispatchToolCall(
    bench.callItem('gone', {}),
    {
      tools: new Map([['gone', () => Promise.reject(new Error('no such module'))]]),
      gate: bench.gate,
      hooks: { run: async () => ({}) },
      ledger: bench.ledger,
      maxOutputBytes: 1000,
      // Not reached: the tool never runs.
      context: {} as never,
    },
    new AbortController().signal,
  )
  expect((await stream.next()).value).toEqual({ type: 'call.failed', tool: 'gone', message: 'no such module' })
  expect(await stream.next()).toMatchObject({ done: true, value: { output: 'gone cannot be used: no such module' } })
})

test('findings become items, items of a turn are one for all calls', async () => {
  const finding = {
    rule: 'r',
    severity: 'high',
    confidence: 'high',
    message: 'm',
    cwe: [],
    owasp: [],
    file: 'a.ts',
    range: { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } },
    flow: [],
    references: [],
    fingerprint: 'f',
  } as const
  const planning = defineTool({
    ...common,
    name: 'planning',
    item: 'own',
    input: z.strictObject({}),
    async run(_, ctx) {
      ctx.emit({ type: 'finding', finding: { ...finding, cwe: [], owasp: [], flow: [], references: [] } })
      ctx.emit({ type: 'item', key: 'turn:plan', done: false, item: { type: 'todo_list', items: [] } })
      return { text: 'ok' }
    },
  })
  const bench = await open([planning])
  expect(phasesOf((await bench.run('planning', {})).events)).toEqual(['completed:finding', 'started:todo_list'])
  expect(phasesOf((await bench.run('planning', {})).events)).toEqual(['completed:finding', 'updated:todo_list'])
  expect(bench.ledger.closeTurn()).toMatchObject([
    { type: 'item.completed', item: { id: 'item_1', type: 'todo_list' } },
  ])
})

test('a freeform tool takes its text from either kind of call', async () => {
  const shout = defineFreeformTool({
    ...common,
    name: 'shout',
    grammar: { syntax: 'regex', definition: '.*' },
    inputProperty: 'words',
    run: async (input) => ({ text: input.toUpperCase() }),
  })
  const bench = await open([shout])
  expect((await bench.run('shout', 'hello')).output).toEqual({
    type: 'custom_tool_call_output',
    call_id: 'call-1',
    output: 'HELLO',
  })
  expect((await bench.run('shout', { words: 'hi' })).output.output).toBe('HI')
  expect((await bench.run('shout', { input: 'hi' })).output.output).toBe(
    'failed to parse function arguments: words: expected a string',
  )
})

test('a long output is cut for the model and whole for playbooks', async () => {
  const bench = await open([echo], { maxOutputBytes: 200 })
  const { output } = await bench.run('echo', { text: 'ab', times: 1000 })
  expect(Buffer.byteLength(output.output)).toBeLessThanOrEqual(200)
  expect(output.output).toContain('tokens omitted')
  expect(output).toMatchObject({ structured: { times: 1000 } })
})
