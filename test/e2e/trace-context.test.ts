import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { completedItems, type ExecCase, execCase, jsonLines } from '../support/exec-case.ts'
import { installedPlugins } from '../support/installed-plugins.ts'
import { badServer, lastOutput, mcpCase, stdioServer } from '../support/mcp-servers.ts'
import { scriptedSession } from '../support/scripted-session.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const given = { TRACEPARENT: `00-${traceId}-b7ad6b7169203331-01`, TRACESTATE: 'vendor=1' }
const printTrace = { calls: [{ name: 'exec_command', arguments: { cmd: 'echo "$TRACEPARENT $TRACESTATE"' } }] }

interface KeptSpan {
  readonly span_id: string
  readonly duration_ms: number
  readonly started: string
  readonly error?: string
  readonly parent_span_id?: string
  readonly work: { readonly kind: string; readonly [key: string]: unknown }
}

/** The trace of each turn in a rollout, and its spans. */
async function kept(file: string): Promise<{ context: Readonly<Record<string, unknown>>; spans: readonly KeptSpan[] }> {
  const lines = jsonLines(await readFile(file, 'utf8'))
  const payloads = lines.map(({ type, payload }) => ({ type, ...(payload as { type?: string }), line: type })) // of a rollout
  const context = lines.findLast(({ type }) => type === 'turn_context')?.payload as Readonly<Record<string, unknown>>
  return { context, spans: payloads.filter(({ type }) => type === 'span') as unknown as readonly KeptSpan[] }
}

const keptIn = async (session: ExecCase) => await kept((await session.rollouts())[0] ?? '')

test('requests, commands and the record of a turn are part of the trace that the environment names', async () => {
  const session = await execCase([printTrace, { text: 'done' }])
  const result = await session.exec(['--profile', 'trusted', 'hi'], { env: given })
  expect(result.exitCode).toBe(0)
  const { context, spans } = await keptIn(session)
  expect(context).toMatchObject({ trace_id: traceId, parent_span_id: 'b7ad6b7169203331', span_id: expect.any(String) })
  const [first, call, second] = spans
  expect([first?.work.kind, call?.work.kind, second?.work.kind]).toEqual(['request', 'tool_call', 'request'])
  expect(session.server.requests.map(({ headers }) => [headers.traceparent, headers.tracestate])).toEqual(
    [first, second].map((span) => [`00-${traceId}-${span?.span_id}-01`, 'vendor=1']),
  )
  const [command] = completedItems(result, 'command_execution')
  expect(command?.aggregated_output).toBe(`00-${traceId}-${call?.span_id}-01 vendor=1\n`)
})

test('a turn that nobody traces begins a trace, named by its turn', async () => {
  const session = await execCase([printTrace, { text: 'done' }])
  await session.exec(['--profile', 'trusted', 'hi'])
  const { context } = await keptIn(session)
  expect(context.trace_id).toBe(String(context.turn_id).replaceAll('-', ''))
  const [first] = session.server.requests
  expect(first?.headers.traceparent).toMatch(new RegExp(`^00-${context.trace_id}-[0-9a-f]{16}-01$`))
  expect(first?.headers.tracestate).toBeUndefined()
})

test('spans say how long a request and a call took, and what a request used', async () => {
  const session = await execCase([
    { calls: [{ name: 'exec_command', arguments: { cmd: 'exit 3' } }], usage: { input: 11, output: 5 } },
    { text: 'done' },
  ])
  await session.exec(['--profile', 'trusted', 'hi'])
  const { spans } = await keptIn(session)
  expect(spans[0]?.work).toMatchObject({ kind: 'request', usage: { input_tokens: 11, output_tokens: 5 } })
  expect(spans.every(({ duration_ms }) => duration_ms > 0)).toBe(true)
  expect(spans[1]?.work).toEqual({ kind: 'tool_call', tool: 'exec_command', call_id: expect.any(String) })
  expect(JSON.stringify(spans)).not.toContain('exit 3')
})

test('a broken trace context is told of and not handed on', async () => {
  const session = await execCase([printTrace, { text: 'done' }])
  const broken = { TRACEPARENT: '00-beef-01', TRACESTATE: 'vendor=1' }
  const result = await session.exec(['--profile', 'trusted', 'hi'], { env: broken })
  expect(result.exitCode).toBe(0)
  expect(completedItems(result, 'notice').map(({ message }) => message)).toContainEqual(
    expect.stringContaining('TRACEPARENT is no trace context'),
  )
  const [command] = completedItems(result, 'command_execution')
  expect(command?.aggregated_output).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01 \n$/)
  expect(session.server.requests.some(({ headers }) => headers.tracestate !== undefined)).toBe(false)
})

test('a call of an MCP server carries the trace in _meta', async () => {
  const session = await mcpCase(
    [{ calls: [{ name: 'mcp__bad__act', arguments: {} }] }, { text: 'done' }],
    stdioServer('bad', [badServer, 'says-meta']),
  )
  await session.exec(['hi'], { env: given })
  const call = (await keptIn(session)).spans.find(({ work }) => work.kind === 'tool_call')
  expect(JSON.parse(lastOutput(session, 1))).toMatchObject({
    traceparent: `00-${traceId}-${call?.span_id}-01`,
    tracestate: 'vendor=1',
  })
})

test('an agent that another hands on to works under the span of the call', async () => {
  const helper = '[agent]\nid = "helper"\nname = "helper"\ndescription = "d"\n[prompt]\nsystem = "Work."\n'
  const handOn = { calls: [{ name: 'hand_on', arguments: { agent: 'helper', prompt: 'look' } }] }
  const session = await scriptedSession([handOn, { text: 'found it' }, { text: 'Done.' }], {
    home: { ...installedPlugins('hands-on'), 'agents/helper.toml': helper },
  })
  await session.run(['exec', 'go'], { env: given })
  const listed = JSON.parse((await session.run(['threads', 'list', '--subagents', '--json'])).stdout)
  const files: readonly { parent?: string; file: string }[] = listed
  const records = await Promise.all(files.map(async ({ file, parent }) => ({ parent, ...(await kept(file)) })))
  const child = records.find(({ parent }) => parent !== undefined)
  const call = records.find(({ parent }) => parent === undefined)?.spans.find(({ work }) => work.kind === 'tool_call')
  expect(child?.context).toMatchObject({ trace_id: traceId, parent_span_id: call?.span_id })
})

test('a request that fails is a span with the code of the failure', async () => {
  const session = await execCase([{ failure: { kind: 'status', status: 500, body: 'broken' } }], {
    server: { whenSpent: 'repeat' },
  })
  const result = await session.exec(['-c', 'model_providers.test.request_max_retries=0', 'hi'])
  expect(result.exitCode).toBe(1)
  const [span] = (await keptIn(session)).spans
  expect(span?.work.kind).toBe('request')
  expect(span?.error).toMatch(/^provider\./)
})
