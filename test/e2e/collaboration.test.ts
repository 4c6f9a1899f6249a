import { expect, test } from 'vitest'
import { agentsSession, callIn, filesOf, spawnedId } from '../support/agents-beside.ts'
import { type ScriptedSession, sentBody } from '../support/scripted-session.ts'

const v1 = callIn('multi_agent_v1')
const v2 = callIn('collaboration')
const withV2 = ['--enable', 'multi_agent_v2']

const itemsOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const { type, item } = JSON.parse(line)
      return item?.type === 'collab_tool_call' || item?.type === 'agent_activity' ? [{ event: type, ...item }] : []
    })

/** What the root was told of its calls, in order. */
function outputs(session: ScriptedSession): readonly string[] {
  const root = session.server.requests[0]?.body.prompt_cache_key
  const last = session.server.requests.findLast(({ body }) => body.prompt_cache_key === root)
  const input = (last?.body.input ?? []) as readonly { readonly output?: string }[] // items of the Responses API
  return input.flatMap(({ output }) => output ?? [])
}

test('version 1: an agent is begun, waited for, told more, closed and opened again, as Codex answers and shows it', async () => {
  const session = await agentsSession([
    v1('spawn_agent', { message: 'look', agent_type: 'explorer' }),
    (request) => v1('wait_agent', { targets: [spawnedId(request)], timeout_ms: 10_000 }),
    (request) => v1('send_input', { target: spawnedId(request), message: 'again' }),
    (request) => v1('wait_agent', { targets: [spawnedId(request)], timeout_ms: 10_000 }),
    (request) => v1('close_agent', { target: spawnedId(request) }),
    (request) => v1('resume_agent', { id: spawnedId(request) }),
    v1('send_input', { target: 'nobody', message: 'x' }),
    { text: 'Done.' },
  ])
  const { exitCode, stdout } = await session.run(['exec', '--json', 'go'])
  expect(exitCode).toBe(0)
  const items = itemsOf(stdout)
  const id = items[1]?.receiver_thread_ids[0]
  const root = items[0]?.sender_thread_id
  const shown = (tool: string, prompt: string | null, states: object, status = 'completed') => [
    ...[{ event: 'item.completed', type: 'collab_tool_call', tool, sender_thread_id: root, prompt, status }].map(
      (each) => ({ ...each, id: expect.any(String), receiver_thread_ids: [id], agents_states: { [id]: states } }),
    ),
  ]
  expect(items.filter(({ event }) => event === 'item.completed')).toEqual([
    ...shown('spawn_agent', 'look', { status: 'pending_init', message: null }),
    ...shown('wait', null, { status: 'completed', message: 'child answer 1' }),
    ...shown('send_input', 'again', { status: 'completed', message: 'child answer 1' }),
    ...shown('wait', null, { status: 'completed', message: 'child answer 2' }),
    ...shown('close_agent', null, { status: 'completed', message: 'child answer 2' }),
    ...shown('wait', null, { status: expect.any(String), message: expect.toBeOneOf([null, expect.any(String)]) }),
  ])
  expect(items[0]).toMatchObject({ event: 'item.started', receiver_thread_ids: [], agents_states: {} })
  const told = outputs(session)
  expect(JSON.parse(told[0] ?? '')).toEqual({ agent_id: id, nickname: expect.any(String) })
  expect(told[1]).toBe(`{"status":{"${id}":{"completed":"child answer 1"}},"timed_out":false}`)
  expect(JSON.parse(told[2] ?? '')).toEqual({ submission_id: expect.any(String) })
  expect(told[3]).toBe(`{"status":{"${id}":{"completed":"child answer 2"}},"timed_out":false}`)
  expect(told[4]).toBe('{"previous_status":{"completed":"child answer 2"}}')
  expect(told[6]).toContain('nobody')
})

test('version 2: agents go by paths, and what is said comes in envelopes', async () => {
  const session = await agentsSession([
    v2('spawn_agent', { task_name: 'worker', message: 'sealed-task', fork_turns: 'none' }),
    v2('wait_agent', { timeout_ms: 10_000 }),
    v2('list_agents', {}),
    v2('send_message', { target: 'worker', message: 'sealed-note' }),
    v2('followup_task', { target: '/root/worker', message: 'sealed-more' }),
    v2('wait_agent', { timeout_ms: 10_000 }),
    v2('interrupt_agent', { target: 'worker' }),
    v2('send_message', { target: 'nobody', message: 'x' }),
    v2('spawn_agent', { task_name: 'worker', message: 'x', fork_turns: 'none' }),
    v2('spawn_agent', { task_name: 'Bad Name', message: 'x' }),
    { text: 'Done.' },
  ])
  const { exitCode, stdout } = await session.run(['exec', '--json', ...withV2, 'go'])
  expect(exitCode).toBe(0)
  const waits = itemsOf(stdout).filter(({ type }) => type === 'collab_tool_call')
  expect(waits.map(({ tool, receiver_thread_ids: ids }) => [tool, ids])).toEqual(Array(4).fill(['wait', []]))
  expect(outputs(session)).toEqual([
    '{"task_name":"/root/worker"}',
    '{"message":"Wait completed.","timed_out":false}',
    '{"agents":[{"agent_name":"/root","agent_status":"running"},{"agent_name":"/root/worker","agent_status":{"completed":"child answer 1"}}]}',
    '',
    '',
    '{"message":"Wait completed.","timed_out":false}',
    '{"previous_status":{"completed":"child answer 2"}}',
    'live agent path `/root/nobody` not found',
    'agent path `/root/worker` already exists',
    'agent_name must use only lowercase letters, digits, and underscores',
  ])
  const root = session.server.requests[0]?.body.prompt_cache_key
  const [child] = session.server.requests.filter(({ body }) => body.prompt_cache_key !== root)
  const input = (child?.body.input ?? []) as readonly object[] // items of the Responses API
  expect(input.at(-1)).toEqual({
    ...{ type: 'agent_message', author: '/root', recipient: '/root/worker' },
    content: [
      { type: 'input_text', text: 'Message Type: NEW_TASK\nTask name: /root/worker\nSender: /root\nPayload:\n' },
      { type: 'encrypted_content', encrypted_content: 'sealed-task' },
    ],
  })
  expect(JSON.stringify(sentBody(session.server, session.server.requests.length - 1).input)).toContain('FINAL_ANSWER')
})

test('what the server sealed is in the records of the threads, and nowhere else', async () => {
  const session = await agentsSession(
    [
      v2('spawn_agent', { task_name: 'worker', message: 'gAAAAABmarker', fork_turns: 'none' }),
      v2('wait_agent', { timeout_ms: 10_000 }),
      { text: 'Done.' },
    ],
    { config: 'audit.enabled = true' },
  )
  const run = await session.run(['exec', '--json', ...withV2, 'go'])
  expect(run.exitCode).toBe(0)
  const [thread] = JSON.parse((await session.run(['threads', 'list', '--json'])).stdout)
  const said = await Promise.all([
    session.run(['threads', 'show', thread.id]),
    session.run(['threads', 'export', thread.id]),
    session.run(['threads', 'export', thread.id, '--format', 'json']),
    session.run(['threads', 'search', 'gAAAAABmarker']),
  ])
  for (const { stdout, stderr } of [run, ...said.slice(0, 3)]) {
    expect(stdout).not.toContain('gAAAAABmarker')
    expect(stderr).not.toContain('gAAAAABmarker')
  }
  expect(said[3]?.stdout).not.toContain('worker')
  const holding = (await filesOf(session.home.codexHome)).filter(({ text }) => text.includes('gAAAAABmarker'))
  expect(holding.map(({ path }) => /\/sessions\/.*\.jsonl$/.test(path))).toEqual([true, true])
  const resumed = await session.run(['exec', 'resume', '--last', 'more'])
  expect(resumed.exitCode).toBe(0)
  expect(JSON.stringify(session.server.requests.at(-1)?.body.input)).toContain('gAAAAABmarker')
})

test('one version is offered, the first one by search, and none where nobody may hand work on', async () => {
  const names = async (args: readonly string[]) => {
    const session = await agentsSession([{ text: 'Done.' }])
    await session.run(['exec', ...args, 'go'])
    return JSON.stringify(sentBody(session.server, 0).tools)
  }
  const plain = await names([])
  expect(plain).toContain('agents_v1_spawn')
  expect(plain).not.toContain('multi_agent_v1')
  const second = await names(withV2)
  expect(second).toContain('"name":"collaboration"')
  expect(second).not.toContain('agents_v1_spawn')
  for (const off of [
    ['--disable', 'multi_agent'],
    ['-c', 'agents.enable_orchestration=false'],
  ]) {
    const none = await names([...withV2, ...off])
    expect(none).not.toContain('collaboration')
    expect(none).not.toContain('delegate')
  }
})
