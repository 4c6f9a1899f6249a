// Past 400 lines: what one function promises of each kind of tool and of each way a call can go wrong.
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import {
  type BenchOptions,
  completedItems,
  openToolBench,
  phasesOf,
  type ToolBench,
} from '../../test/support/tool-bench.ts'
import { defineFreeformTool, defineTool, type Tool, type ToolEvent, type ToolOutput, z } from '../plugin-api/index.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})
async function open(tools: readonly Tool[], options: BenchOptions = {}): Promise<ToolBench> {
  const bench = await openToolBench(tools, options)
  benches.push(bench)
  return bench
}

const common = { description: '', effects: [], parallel: true } as const
const echo = defineTool({
  ...common,
  name: 'echo',
  input: z.strictObject({ text: z.string(), times: z.int().default(1) }),
  run: async ({ text, times }) => ({ text: text.repeat(times), structured: { times }, summary: `${times} times` }),
})
const readTool = defineTool({
  ...common,
  name: 'read',
  input: z.strictObject({ path: z.string() }),
  run: async ({ path }, ctx) => ({ text: await ctx.fs.readText(path) }),
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
  ['{"txt": "a", "text": "b"}', /^failed to parse function arguments: .*txt/],
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
  const { events, output } = await (await open([readTool, echo])).run('ehco', {})
  expect(events).toEqual([{ type: 'call.failed', tool: 'ehco', message: 'there is no such tool' }])
  expect(output.output).toBe('unsupported call: ehco. The tools are: echo, read')
})

test('a tool whose permission is denied does not run', async () => {
  const bench = await open([echo], { permissions: () => ({ tools: only('read') }) })
  const { events, output } = await bench.run('echo', { text: 'x' })
  expect(events).toMatchObject([
    {
      type: 'item.completed',
      item: {
        type: 'denial',
        action: { kind: 'tool', tool: 'echo' },
        layer: 'profile bench',
        file: '/bench/profile.toml',
        line: 7,
      },
    },
  ])
  expect(output).toMatchObject({ failed: true, output: expect.stringContaining('/bench/profile.toml:7') })
  expect(output.output).not.toContain('xx')
})

test('a refusal inside a tool is one denial, and the model learns what, why and what else', async () => {
  const bench = await open([readTool], {
    files: { 'secret.txt': 'hidden text' },
    permissions: (workspace) => ({ read: denying(`${workspace}/secret.txt`) }),
  })
  const { events, output } = await bench.run('read', { path: 'secret.txt' })
  expect(phasesOf(events)).toEqual(['started:tool_call', 'completed:denial', 'completed:tool_call'])
  expect(completedItems(events)[1]).toMatchObject({ status: 'failed', summary: expect.stringMatching(/^denied: /) })
  expect(output.output).toContain(`reading ${join(bench.workspace.path, 'secret.txt')}`)
  expect(output.output).toContain('Reason: ')
  expect(output.output).toContain('Instead: ')
  expect(output.output).not.toContain('hidden text')
})

test('a refusal that a tool catches is shown all the same', async () => {
  const tolerant = defineTool({
    ...common,
    name: 'tolerant',
    input: z.strictObject({}),
    run: async (_, ctx) => {
      const text = await ctx.fs.readText('secret.txt').catch(() => 'went on without')
      return { text }
    },
  })
  const bench = await open([tolerant], {
    files: { 'secret.txt': 'hidden text' },
    permissions: (workspace) => ({ read: denying(`${workspace}/secret.txt`) }),
  })
  const { events, output } = await bench.run('tolerant', {})
  expect(phasesOf(events)).toEqual(['started:tool_call', 'completed:denial', 'completed:tool_call'])
  expect(output).toMatchObject({ output: 'went on without' })
  expect(output).not.toHaveProperty('failed')
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

test('a hook that denies keeps the tool from running; one that adds context is heard', async () => {
  const denied = await open([echo], { preToolUse: { decision: 'deny', reason: 'not on a Friday' } })
  const refused = await denied.run('echo', { text: 'x' })
  expect(refused.events).toMatchObject([{ item: { type: 'denial', layer: 'hook', reason: 'not on a Friday' } }])
  expect(refused.output.output).toContain('not on a Friday')
  expect(denied.audit).toEqual([])

  const helped = await open([echo], { preToolUse: { context: 'before' }, postToolUse: { context: 'after' } })
  expect((await helped.run('echo', { text: 'x' })).output.output).toBe('x\n\nbefore\n\nafter')
})

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

test('the agents that a call hands work to pass the gate', async () => {
  const asked: string[] = []
  const delegating = defineTool({
    ...common,
    name: 'delegating',
    input: z.strictObject({ agent: z.string() }),
    run: async ({ agent }, ctx) => ({ text: (await ctx.threads.run({ agent, prompt: 'go' })).text }),
  })
  const bench = await open([delegating], {
    permissions: () => ({ delegate: only('helper') }),
    delegate: async ({ agent }) => {
      asked.push(agent)
      return { threadId: 't', text: 'helped' }
    },
  })
  expect((await bench.run('delegating', { agent: 'helper' })).output.output).toBe('helped')
  expect(phasesOf((await bench.run('delegating', { agent: 'stranger' })).events)).toContain('completed:denial')
  expect(asked).toEqual(['helper'])
})

test('a write that is refused leaves no trace', async () => {
  const writing = defineTool({
    ...common,
    name: 'writing',
    input: z.strictObject({}),
    async run(_, ctx) {
      await ctx.fs.apply([
        { kind: 'add', path: 'new/allowed.txt', content: 'x' },
        { kind: 'add', path: 'refused.txt', content: 'x' },
      ])
      return { text: 'written' }
    },
  })
  const bench = await open([writing], {
    permissions: (workspace) => ({ write: denying(`${workspace}/refused.txt`) }),
  })
  await writeFile(join(bench.workspace.path, 'other.txt'), '')
  const { output } = await bench.run('writing', {})
  expect(output.output).toContain('Denied')
  await expect(access(join(bench.workspace.path, 'new'))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(access(join(bench.workspace.path, 'refused.txt'))).rejects.toMatchObject({ code: 'ENOENT' })
})

function only(name: string) {
  const rule = [{ allow: [name], deny: [] }]
  return { allow: rule, askable: rule }
}

function denying(path: string) {
  const rule = [{ allow: ['/**'], deny: [path] }]
  return { allow: rule, askable: rule }
}
