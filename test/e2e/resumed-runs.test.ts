import { appendFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { modelServerKeyName } from '../support/codex-home.ts'
import type { ModelTurn } from '../support/model-server.ts'
import {
  agentFile,
  journalLines,
  journalOf,
  keptRuns,
  runOf,
  statesOf,
  workflowHead,
  workflowTask,
} from '../support/run-of.ts'
import { lastUserText, scriptedSession, sentBody } from '../support/scripted-session.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const withRuns = (
  turns: Parameters<typeof scriptedSession>[0],
  workflows: Readonly<Record<string, string>>,
  more: Parameters<typeof scriptedSession>[1] = {},
) =>
  scriptedSession(turns, {
    config: 'sandbox_mode = "workspace-write"\napproval_policy = "never"',
    ...more,
    home: {
      'agents/one.toml': agentFile('one', ['writer']),
      'agents/two.toml': agentFile('two', ['writer']),
      ...Object.fromEntries(Object.entries(workflows).map(([id, text]) => [`workflows/${id}.toml`, text])),
      ...more.home,
    },
  })

const never = () => new Promise<void>(() => {})
const chain = (more = '') =>
  `${workflowHead('chain', `strategy = "sequential"\n${more}`)}${workflowTask('a', 'one')}${workflowTask('b', 'two')}${workflowTask('c', 'one')}`

const idOf = async (codexHome: string): Promise<string> => (await keptRuns(codexHome)).at(-1) ?? ''

test('a run that was stopped goes on: what is done is not begun again, and the task that was cut off goes on in its thread', async () => {
  const session = await withRuns(
    [
      { text: 'First.', usage: { input: 5, output: 1 } },
      { calls: [{ shell: 'echo once' }], usage: { input: 7, output: 1 } },
      { text: 'x', hold: never },
      { text: 'Second.', usage: { input: 9, output: 2 } },
      { text: 'Third.', usage: { input: 11, output: 3 } },
    ],
    { chain: chain() },
  )
  const running = await session.start(['workflows', 'run', 'chain', '--json'])
  await session.server.received(3)
  running.kill('SIGINT')
  const stopped = await running.done
  expect([stopped.exitCode, statesOf(stopped)]).toEqual([
    130,
    { a: 'done', b: 'cancelled: the run was stopped', c: 'cancelled: the run was stopped before it began' },
  ])
  const runId = await idOf(session.home.codexHome)
  const resumed = await session.run(['workflows', 'run', '--resume', runId, '--json'])
  const { events, result } = runOf(resumed)
  expect(events[0]).toMatchObject({ type: 'run.started', run_id: runId, resumed: true, workflow: 'chain' })
  expect(
    events
      .slice(1, 5)
      .map((event) => ('item' in event ? [event.item.type === 'task' && event.item.state] : event.type)),
  ).toEqual(['run.planned', ['done'], ['pending'], ['pending']])
  expect([resumed.exitCode, result.status]).toEqual([0, 'done'])
  const before = runOf(stopped).result
  expect(result.results.map(({ text, attempts, thread_id }) => [text, attempts, thread_id])).toEqual([
    ['First.', 1, before.results[0]?.thread_id],
    ['Second.', 1, before.results[1]?.thread_id],
    ['Third.', 1, expect.any(String)],
  ])
  expect(session.server.requests).toHaveLength(5)
  expect(lastUserText(sentBody(session.server, 3))).toContain('Go on where you were.')
  expect(JSON.stringify(sentBody(session.server, 3))).toContain('Prompt of b.')
  // The request that was cut off told no usage.
  expect(result.usage).toMatchObject({ input_tokens: 5 + 7 + 9 + 11, output_tokens: 1 + 1 + 2 + 3 })
})

test('a run that was killed goes on, also where the last line of its journal is torn', async () => {
  const session = await withRuns(
    [{ text: 'First.' }, { text: 'x', hold: never }, { text: 'Second.' }, { text: 'Third.' }],
    {
      chain: chain(),
    },
  )
  const running = await session.start(['workflows', 'run', 'chain', '--json'])
  await session.server.received(2)
  running.kill('SIGKILL')
  await running.done
  const runId = await idOf(session.home.codexHome)
  await appendFile(journalOf(session.home.codexHome, runId), '{"timestamp":"2026-01-01T00:00:00.000Z","type":"ta')
  const resumed = await session.run(['workflows', 'run', '--resume', 'last', '--json'])
  const { result } = runOf(resumed)
  expect(result.results.map(({ state, text, attempts }) => [state, text, attempts])).toEqual([
    ['done', 'First.', 1],
    ['done', 'Second.', 1],
    ['done', 'Third.', 1],
  ])
  expect([result.run_id, session.server.requests.length]).toEqual([runId, 4])
  const prompt = lastUserText(sentBody(session.server, 3))
  expect([prompt.includes('First.'), prompt.includes('Second.')]).toEqual([true, true])
})

test('a run that is complete gives its result again, and asks nobody', async () => {
  const session = await withRuns([{ text: 'First.' }, { text: 'Second.' }, { text: 'Third.' }], { chain: chain() })
  const first = runOf(await session.run(['workflows', 'run', 'chain', '--json'])).result
  const journal = journalOf(session.home.codexHome, first.run_id)
  const [text, { mode }, directory] = [
    await readFile(journal, 'utf8'),
    await stat(journal),
    await stat(dirname(journal)),
  ]
  expect([mode & 0o777, directory.mode & 0o777]).toEqual([0o600, 0o700])
  const { events, result } = runOf(await session.run(['workflows', 'run', '--resume', first.run_id, '--json']))
  expect(result).toEqual(first)
  expect(
    events.flatMap((event) => ('item' in event && event.item.type === 'notice' ? [event.item.message] : [])),
  ).toEqual([`Run ${first.run_id} was complete, so nothing was done; this is its result`])
  expect([session.server.requests.length, await readFile(journal, 'utf8')]).toEqual([3, text])
})

test('one process at a time has a run; an unknown one and one of another directory are told', async () => {
  const session = await withRuns([{ text: 'x', hold: never }], { chain: chain() })
  const running = await session.start(['workflows', 'run', 'chain', '--json'])
  await session.server.received(1)
  const runId = await idOf(session.home.codexHome)
  const busy = await session.run(['workflows', 'run', '--resume', runId])
  expect(busy.exitCode).toBe(1)
  expect(busy.stderr).toMatch(new RegExp(`Run ${runId} is carried out by process ${running.pid} since \\d{4}-`))
  running.kill('SIGKILL')
  await running.done
  const unknown = await session.run(['workflows', 'run', '--resume', '00000000-0000'])
  expect([unknown.exitCode, unknown.stderr.includes(`The newest: ${runId}`)]).toEqual([2, true])
  const other = await makeWorkspace({ files: {}, git: true })
  try {
    const elsewhere = await session.run(['workflows', 'run', '--resume', runId], { cwd: other.path })
    expect(elsewhere.exitCode).toBe(2)
    expect(elsewhere.stderr).toContain(`works in ${session.workspace.path}`)
    expect((await session.run(['workflows', 'run', '--resume', 'last'], { cwd: other.path })).stderr).toContain(
      'There is no run of this directory',
    )
  } finally {
    await other.remove()
  }
  expect(session.server.requests).toHaveLength(1)
})

test('a journal that is damaged is told with its line, and nothing is begun', async () => {
  const session = await withRuns([{ text: 'First.' }, { text: 'Second.' }, { text: 'Third.' }], { chain: chain() })
  const { run_id: runId } = runOf(await session.run(['workflows', 'run', 'chain', '--json'])).result
  const file = journalOf(session.home.codexHome, runId)
  const lines = (await readFile(file, 'utf8')).split('\n')
  const resume = () => session.run(['workflows', 'run', '--resume', runId])
  const cases = [
    [2, 'not json', 'it is no JSON object'],
    [3, '{"timestamp":"","type":"task","payload":{"task":"a"}}', 'payload.state'],
    [3, (lines[2] ?? '').replace('"timestamp":"', '"timestamp":"x'), 'timestamp: expected a time'],
    [3, '{"timestamp":"","type":"joke","payload":{}}', 'no line of a run is of type "joke"'],
    [1, (lines[0] ?? '').replace('"version":1', '"version":9'), 'of version 9'],
  ] as const
  for (const [number, damage, said] of cases) {
    const damaged = lines.with(number - 1, damage)
    await writeFile(file, damaged.join('\n'))
    const { exitCode, stderr } = await resume()
    expect([exitCode, stderr.includes(`Line ${number} of the journal ${file}`), stderr.includes(said)]).toEqual([
      1,
      true,
      true,
    ])
    expect(await readFile(file, 'utf8')).toBe(damaged.join('\n'))
  }
  await truncate(file, 10)
  expect((await resume()).stderr).toContain(`There is no run "${runId}"`)
  await rm(file)
  expect((await resume()).exitCode).toBe(2)
  expect(session.server.requests).toHaveLength(3)
})

test('secrets are not in the journal', async () => {
  const secret = 'sk-very-secret-value-1234567890'
  const text = chain().replace('The chain', `The chain of ${secret}`).replace('Prompt of a.', `Use ${secret}.`)
  const session = await withRuns([{ text: `It is ${secret}.` }, { text: 'Second.' }, { text: 'Third.' }], {
    chain: text,
  })
  const ended = await session.run(['workflows', 'run', 'chain', '--json'], { env: { MY_API_KEY: secret } })
  const { run_id: runId } = runOf(ended).result
  expect(JSON.stringify(await journalLines(session.home.codexHome, runId))).not.toContain(secret)
  expect(ended.stdout).not.toContain(secret)
})

test('a task of a role goes to the next agent that has it, once the first one has spent its retries', async () => {
  const fails: ModelTurn = { failure: { kind: 'status', status: 400, body: 'no' } }
  const ofRole = workflowTask('a', 'x', 'retries = 1').replace('agent = "x"', 'role = "writer"')
  const session = await withRuns([fails, fails, fails, { text: 'Done by two.' }], {
    w: `${workflowHead('w')}${ofRole}`,
  })
  const { events, result } = runOf(await session.run(['workflows', 'run', 'w', '--json']))
  expect(result.results).toMatchObject([{ state: 'done', agent: 'two', attempts: 4, text: 'Done by two.' }])
  const assigned = events.flatMap((event) =>
    'item' in event && event.item.type === 'task' && event.item.state === 'assigned' ? [event.item.agent] : [],
  )
  expect(assigned).toEqual(['one', 'one', 'two', 'two'])
})

test('a run that takes longer than it may is stopped, says so, and can be gone on with', async () => {
  const session = await withRuns(
    [{ text: 'First.' }, { text: 'x', hold: never }, { text: 'Second.' }, { text: 'Third.' }],
    { chain: chain('max_runtime_seconds = 8') },
  )
  const late = await session.run(['workflows', 'run', 'chain', '--json'])
  const why = 'the run took longer than 8 s (max_runtime_seconds)'
  expect(statesOf(late)).toEqual({ a: 'done', b: `cancelled: ${why}`, c: `cancelled: ${why}` })
  expect([late.exitCode, runOf(late).result.status, runOf(late).result.reason]).toEqual([1, 'partial', why])
  const resumed = await session.run(['workflows', 'run', '--resume', 'last', '--json'])
  expect([resumed.exitCode, Object.values(statesOf(resumed))]).toEqual([0, ['done', 'done', 'done']])
})

test('what was blocked for want of a model is done once there is one', async () => {
  const session = await withRuns([{ text: 'First.' }, { text: 'Second.' }, { text: 'Third.' }], { chain: chain() })
  const without = await session.run(['workflows', 'run', 'chain', '--json'], {
    env: { [modelServerKeyName]: undefined },
  })
  expect(Object.values(statesOf(without)).map((state) => state.split(':').slice(0, 2).join(':'))).toEqual([
    'blocked: needs a model',
    'blocked: needs a, which is blocked',
    'blocked: needs a, which is blocked',
  ])
  expect([without.exitCode, session.server.requests.length]).toEqual([1, 0])
  const resumed = await session.run(['workflows', 'run', '--resume', 'last', '--json'])
  expect([resumed.exitCode, Object.values(statesOf(resumed))]).toEqual([0, ['done', 'done', 'done']])
})

test('what a run used before it was killed counts against its budget', async () => {
  const used = { input: 50, output: 10 }
  const session = await withRuns(
    [{ text: 'First.', usage: used }, { text: 'x', hold: never }, { text: 'Second.', usage: used }, { text: 'Third.' }],
    { chain: chain() },
    { tables: '[budget]\nmax_tokens = 100' },
  )
  const running = await session.start(['workflows', 'run', 'chain', '--json'])
  await session.server.received(2)
  running.kill('SIGKILL')
  await running.done
  const resumed = await session.run(['workflows', 'run', '--resume', 'last', '--json'])
  expect(statesOf(resumed)).toEqual({
    a: 'done',
    b: 'done',
    c: 'failed: The budget of the run is spent: 120 of 100 tokens',
  })
  expect(session.server.requests).toHaveLength(3)
})

test('scores that were given before a run was killed are kept, and the others are asked for', async () => {
  const gates = { isHeld: true }
  const score = (task: string, value: number): ModelTurn => ({
    text: JSON.stringify({ scores: [{ task, score: value, reason: 'r' }] }),
  })
  const answer = ({ body }: { readonly body: Record<string, unknown> }): ModelTurn => {
    const prompt = lastUserText(body)
    if (prompt.includes('<answer task="b">')) return score('b', 9)
    if (prompt.includes('<answer task="a">')) return gates.isHeld ? { text: 'x', hold: never } : score('a', 4)
    return { text: prompt.includes('Prompt of a.') ? 'First.' : 'Second.' }
  }
  const text = `${workflowHead('vote', 'strategy = "parallel"\nmerge = "voting"')}${workflowTask('a', 'one')}${workflowTask('b', 'two')}`
  const session = await withRuns([answer], { vote: text }, { server: { whenSpent: 'repeat' } })
  const { codexHome } = session.home
  const running = await session.start(['workflows', 'run', 'vote', '--json'])
  await session.server.received(4)
  await vi.waitUntil(
    async () => (await journalLines(codexHome, await idOf(codexHome))).some(({ type }) => type === 'scored'),
    { timeout: 20_000 },
  )
  running.kill('SIGKILL')
  await running.done
  gates.isHeld = false
  const { result } = runOf(await session.run(['workflows', 'run', '--resume', 'last', '--json']))
  expect(result.merged).toMatchObject({ decided: true, winner: 'b', text: 'Second.' })
  expect(result.merged.answers.map(({ task, score: mean }) => [task, mean])).toEqual([
    ['a', 4],
    ['b', 9],
  ])
  expect(session.server.requests).toHaveLength(5)
})

test('a playbook that was cut off begins anew, as the same attempt, and finds what it finds once', async () => {
  const flawed = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [
      `src/list${index}.js`,
      'const { exec } = require("child_process")\nmodule.exports = (req, res) => exec("ls " + req.query.dir)\n',
    ]),
  )
  const text = `${workflowHead('look')}${workflowTask('look', 'security-analyst')}`
  const session = await withRuns([], { look: text }, { files: flawed })
  const running = await session.start(['workflows', 'run', 'look', '--playbook', '--json'])
  await running.event(({ type, item }) => {
    const { task_id, thread_id } = (item ?? {}) as Readonly<Record<string, string | undefined>> // of any item
    return type === 'item.updated' && task_id === 'look' && thread_id !== undefined
  })
  running.kill('SIGKILL')
  const { stdout } = await running.done
  const { result } = runOf(await session.run(['workflows', 'run', '--resume', 'last', '--json']))
  const first = /"thread_id":"([^"]+)"/.exec(stdout)?.[1]
  expect(result.results).toMatchObject([{ state: 'done', attempts: 1, engine: 'playbook', findings: 300 }])
  expect([first === undefined, result.results[0]?.thread_id === first, result.merged.findings.length]).toEqual([
    false,
    false,
    300,
  ])
})

test('a run that was killed while its plan was made plans anew; one that was killed with a plan keeps it', async () => {
  const planned: ModelTurn = {
    text: JSON.stringify({
      strategy: 'sequential',
      tasks: ['a', 'b'].map((id) => ({
        ...{ id, title: `Title of ${id}`, prompt: `Prompt of ${id}.`, agent: 'one' },
        ...{ needs: [], paths: [], write: [], required: true },
      })),
    }),
    usage: { input: 100, output: 10 },
  }
  const session = await withRuns(
    [{ text: 'x', hold: never }, planned, { text: 'First.' }, { text: 'x', hold: never }, { text: 'Second.' }],
    {},
  )
  const killedAt = async (argv: readonly string[], requests: number) => {
    const running = await session.start(['supervisor', ...argv, '--json'])
    await session.server.received(requests)
    running.kill('SIGKILL')
    await running.done
  }
  await killedAt(['Build it', '--agents', 'one,two', '--strategy', 'sequential'], 1)
  await killedAt(['--resume', 'last'], 4)
  const { events, result } = runOf(await session.run(['supervisor', '--resume', 'last', '--json']))
  expect(events[0]).toMatchObject({ type: 'run.started', goal: 'Build it', resumed: true })
  expect(result.plan).toMatchObject({ source: 'model', strategy: 'sequential', thread_id: expect.any(String) })
  expect(result.results.map(({ task, state, text }) => [task, state, text])).toEqual([
    ['a', 'done', 'First.'],
    ['b', 'done', 'Second.'],
  ])
  expect(session.server.requests).toHaveLength(5)
  expect(result.usage.input_tokens).toBe(100)
  expect(await keptRuns(session.home.codexHome)).toEqual([result.run_id])
})

test('where no journal can be written, no run begins', async () => {
  const session = await withRuns([{ text: 'First.' }], { chain: chain() })
  const runs = join(session.home.codexHome, 'runs')
  await writeFile(runs, 'no directory')
  const refused = await session.run(['workflows', 'run', 'chain'])
  expect([refused.exitCode, refused.stderr.includes(`The journal ${runs}`)]).toEqual([1, true])
  expect(session.server.requests).toHaveLength(0)
})
