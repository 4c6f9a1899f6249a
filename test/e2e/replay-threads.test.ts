import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { RunningThread, ThreadEvent, ThreadRequest } from '../../src/plugin-api/index.ts'
import { makeCodexHome } from '../support/codex-home.ts'
import { completedItems, type ExecCase, execCase, jsonLines, outline } from '../support/exec-case.ts'
import { installedPlugins } from '../support/installed-plugins.ts'
import { type ModelTurn, startModelServer } from '../support/model-server.ts'
import { runCodex } from '../support/run-codex.ts'
import { runtimeOf } from '../support/runtime-of.ts'

/** The events of a replay in the place where it was recorded, its servers gone. */
async function replayed(session: ExecCase, file: string, argv: readonly string[] = []) {
  await session.server.close()
  return await session.exec(['--replay', file, ...argv])
}

test('a thread that went on runs again as a new one with the same history', async () => {
  const session = await execCase([{ reasoning: 'Ada?', text: 'Hello Ada.' }, { text: 'Your name is Ada.' }])
  const file = join(session.home.homeDir, 'ada.jsonl')
  await session.exec(['I am Ada'])
  const first = await session.exec(['--record', file, 'resume', '--last', 'what is my name?'])
  const again = await replayed(session, file)
  expect(again.exitCode).toBe(0)
  expect(outline(again)).toEqual(outline(first))
  const shown = await session.run(['threads', 'show', String(again.events[0]?.thread_id)])
  expect(shown.stdout).toContain('what is my name?')
  // Somewhere else the history is that of the recording too.
  const home = await makeCodexHome()
  onTestFinished(() => home.remove())
  const elsewhere = await runCodex(
    ['exec', '--skip-git-repo-check', '--json', '--replay', file, '--replay-tools', 'recorded'],
    { home, cwd: session.workspace.path },
  )
  expect(elsewhere.exitCode).toBe(0)
  expect(completedItems(elsewhere, 'agent_message')).toMatchObject([{ text: 'Your name is Ada.' }])
})

test('what was replayed is not counted as used, and codex stats says how many threads that is', async () => {
  const usage = { input: 10, output: 5 }
  const session = await execCase([
    { calls: [{ shell: 'echo hello' }], usage },
    { text: 'Hello Ada.', usage },
  ])
  const file = join(session.home.homeDir, 'ada.jsonl')
  await session.exec(['--record', file, 'I am Ada'])
  const before = JSON.parse((await session.run(['stats', '--json'])).stdout)
  expect(before).toMatchObject({ sums: [{ requests: 2, input_tokens: 20 }], threads: 1, replayed_threads: 0 })
  expect((await replayed(session, file)).exitCode).toBe(0)
  expect(JSON.parse((await session.run(['threads', 'list', '--json'])).stdout)).toHaveLength(2)
  expect(JSON.parse((await session.run(['stats', '--json'])).stdout)).toEqual({ ...before, replayed_threads: 1 })
  expect((await session.run(['stats'])).stdout).toContain('1 thread, 30 tokens\n')
  expect((await session.run(['stats'])).stdout).toContain('1 thread ran from a recording')
})

test('a summary that was asked for is made again from the recorded one', async () => {
  const session = await execCase([{ text: 'a'.repeat(3000) }, { text: 'b'.repeat(3000) }, { text: 'The summary.' }])
  const file = join(session.home.homeDir, 'compact.jsonl')
  await session.exec(['first question'])
  await session.exec(['resume', '--last', 'second question'])
  const first = await session.exec(['--record', file, 'resume', '--last', '/compact the parser'])
  expect(completedItems(first, 'context_compaction')).toHaveLength(1)
  const again = await replayed(session, file)
  expect(again.exitCode).toBe(0)
  expect(completedItems(again, 'context_compaction')).toEqual(completedItems(first, 'context_compaction'))
})

test('a review is replayed with what it found', async () => {
  const session = await execCase([{ text: 'Nothing to say.' }], { git: true })
  await session.workspace.write({ 'new.js': 'eval(process.argv[2])\n' })
  const file = join(session.home.homeDir, 'review.jsonl')
  const first = await session.exec(['--record', file, 'review', '--uncommitted'])
  expect(first.exitCode).toBe(0)
  const again = await replayed(session, file)
  expect(again.exitCode).toBe(0)
  expect(outline(again)).toEqual(outline(first))
})

const agent = '[agent]\nid = "helper"\nname = "helper"\ndescription = "d"\n[prompt]\nsystem = "Work."\n'
const handOn = (callId: string): NonNullable<ModelTurn['calls']> => [
  { name: 'hand_on', arguments: { agent: 'helper', prompt: 'look closer' }, callId },
]

test('agents that work was handed to are replayed as well, also where they were asked the same twice', async () => {
  const session = await execCase(
    [
      { calls: handOn('one') },
      { calls: [{ shell: 'echo one' }] },
      { text: 'the first' },
      { calls: handOn('two') },
      { text: 'the second' },
      { text: 'Done.' },
    ],
    { home: { ...installedPlugins('hands-on'), 'agents/helper.toml': agent } },
  )
  const file = join(session.home.homeDir, 'two.jsonl')
  const first = await session.exec(['--record', file, '-s', 'workspace-write', 'go'])
  expect(completedItems(first, 'agent_message')).toMatchObject([{ text: 'Done.' }])
  for (const tools of ['run', 'recorded']) {
    const again = await replayed(session, file, ['-s', 'workspace-write', '--replay-tools', tools])
    expect(again.exitCode).toBe(0)
    expect(outline(again)).toEqual(outline(first))
  }
})

test('a model that gave up gives up again, and the one that followed follows', async () => {
  const spare = await startModelServer([{ text: 'From the other one.' }])
  onTestFinished(() => spare.close())
  const calls = [{ shell: 'echo once' }]
  const busy: ModelTurn = { failure: { kind: 'status', status: 503 } }
  const session = await execCase([{ reasoning: 'Hmm', calls }, busy], { config: 'fallback = ["spare/other-model"]' })
  const file = join(session.home.homeDir, 'busy.jsonl')
  const settings = [`base_url="${spare.url}"`, 'request_max_retries=0', 'stream_max_retries=0']
  const config = settings.flatMap((each) => ['-c', `model_providers.spare.${each}`])
  const first = await session.exec([...config, '--record', file, '-s', 'workspace-write', 'go'])
  expect(completedItems(first, 'model_switch')).toHaveLength(1)
  await spare.close()
  const again = await replayed(session, file, ['-s', 'workspace-write'])
  expect(again.exitCode).toBe(0)
  expect(completedItems(again, 'model_switch')).toEqual(completedItems(first, 'model_switch'))
  expect(outline(again)).toEqual(outline(first))
})

test('a request that the server refused is refused again, with the same code', async () => {
  const body = { error: { message: 'not for you', code: 'invalid_request' } }
  const session = await execCase([{ failure: { kind: 'status', status: 400, body } }])
  const file = join(session.home.homeDir, 'refused.jsonl')
  const first = await session.exec(['--record', file, 'hi'])
  const again = await replayed(session, file)
  expect(again.exitCode).toBe(1)
  expect(again.events.at(-1)).toEqual(first.events.at(-1))
})

test('a turn that was interrupted ends where it was interrupted, and says so', async () => {
  const session = await execCase([
    { text: 'one two three four', deltaSize: 4, failure: { kind: 'silent', afterEvents: 6 } },
  ])
  const file = join(session.home.homeDir, 'stopped.jsonl')
  const running = await session.startExec(['--record', file, 'hi'])
  await session.server.received(1)
  running.kill('SIGINT')
  expect((await running.done).exitCode).toBe(130)
  const again = await replayed(session, file)
  expect(again.exitCode).toBe(1)
  expect(again.events.at(-1)).toMatchObject({ error: { code: 'replay.ended' } })
})

async function read(thread: RunningThread, on: (event: ThreadEvent) => void = () => undefined) {
  const events: ThreadEvent[] = []
  for await (const event of thread) {
    events.push(event)
    on(event)
  }
  return events.filter(({ type }) => type !== 'thread.started' && type !== 'turn.started' && type !== 'turn.context')
}

test('what a person added to a turn, queued behind it, refused and answered comes again', async () => {
  const ask = {
    name: 'request_user_input',
    arguments: { questions: [{ id: 'colour', header: 'Colour', question: 'Which?' }] },
  }
  const session = await execCase([
    { calls: [ask, { shell: 'touch outside/../made.txt' }] },
    { text: 'blue' },
    { text: 'and a second turn' },
  ])
  const file = join(session.home.homeDir, 'person.jsonl')
  const signal = new AbortController().signal
  const runtime = await runtimeOf(
    session,
    { SCRIPTED_MODEL_KEY: 'key' },
    { neverAsk: false, overrides: ['approval_policy="untrusted"'] },
  )
  const base: ThreadRequest = { input: 'go', route: false }
  let questions = 0
  const thread = runtime.run(
    {
      ...base,
      record: { file },
      approve: async () => 'deny',
      ask: async () => {
        questions += 1
        return { type: 'answered', answers: { colour: ['blue'] } }
      },
    },
    signal,
  )
  let said = false
  const first = await read(thread, (event) => {
    if (event.type !== 'item.started' || said) return
    said = true
    thread.steer({ text: 'hurry' })
    thread.queue({ text: 'now the second' })
  })
  expect(questions).toBe(1)
  const recorded = jsonLines(await readFile(file, 'utf8')).map(({ type }) => String(type))
  expect(['approval', 'answer', 'message'].map((type) => recorded.filter((each) => each === type).length)).toEqual([
    1, 1, 1,
  ])
  await session.server.close()
  const asked: string[] = []
  const again = await read(
    runtime.run(
      {
        ...base,
        replay: { file },
        approve: async ({ action }) => {
          asked.push(action.kind)
          return 'deny'
        },
      },
      signal,
    ),
  )
  const kinds = (events: readonly ThreadEvent[]) =>
    events.flatMap((event) =>
      event.type === 'item.completed' ? [event.item.type] : event.type === 'turn.completed' ? ['turn'] : [],
    )
  expect(kinds(again)).toEqual(kinds(first))
  expect(kinds(again).filter((kind) => kind === 'user_message')).toHaveLength(2)
  expect(kinds(again).filter((kind) => kind === 'turn')).toHaveLength(2)
  // What was refused is refused again without a question.
  expect(asked).toEqual([])
})
