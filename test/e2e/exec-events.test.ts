import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lastUserText, scriptedSession, sentBody } from '../support/scripted-session.ts'

const exec = ['exec', '--json']
const usage = {
  input_tokens: 10,
  output_tokens: 5,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  reasoning_output_tokens: 0,
}

test('a turn is five lines of JSON: thread, turn, reasoning, message, usage', async () => {
  const session = await scriptedSession([
    { text: 'Hello there', reasoning: '**Thinking** hard', usage: { input: 10, output: 5 } },
  ])
  const { exitCode, stdout, events } = await session.run([...exec, 'say hi'])
  expect(exitCode).toBe(0)
  expect(stdout.trimEnd().split('\n')).toHaveLength(5)
  expect(events).toEqual([
    { type: 'thread.started', thread_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/) },
    { type: 'turn.started' },
    { type: 'item.completed', item: { id: 'item_0', type: 'reasoning', text: '**Thinking** hard' } },
    { type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text: 'Hello there' } },
    { type: 'turn.completed', usage },
  ])
})

test('human mode prints the last message alone on stdout', async () => {
  const session = await scriptedSession([{ text: 'Hello there' }])
  const { stdout, stderr } = await session.run(['exec', 'say hi'])
  expect(stdout).toBe('Hello there\n')
  expect(stderr).toContain('workdir: ')
})

test('a server error ends the stream with error and turn.failed, exit 1', async () => {
  const session = await scriptedSession([{ failure: { kind: 'status', status: 500 } }], {
    server: { whenSpent: 'repeat' },
  })
  const { exitCode, events } = await session.run([...exec, 'hi'])
  expect(exitCode).toBe(1)
  expect(events.map(({ type }) => type)).toEqual(['thread.started', 'turn.started', 'error', 'turn.failed'])
  expect(events[3]?.error).toMatchObject({ message: events[2]?.message })
})

test('a missing key is told inside the stream, and nothing is sent', async () => {
  const session = await scriptedSession([{ text: 'never' }])
  const { exitCode, events } = await session.run([...exec, 'hi'], { env: { SCRIPTED_MODEL_KEY: undefined } })
  expect(exitCode).toBe(1)
  expect(events.at(-1)).toMatchObject({
    type: 'turn.failed',
    error: { message: 'Missing environment variable: `SCRIPTED_MODEL_KEY`.' },
  })
  expect(session.server.requests).toEqual([])
})

test.each([
  { name: 'stdin alone', argv: exec, stdin: 'hello', sent: 'hello' },
  { name: 'a dash', argv: [...exec, '-'], stdin: 'dash\n', sent: 'dash\n' },
  { name: 'a prompt and stdin', argv: [...exec, 'p'], stdin: 'x', sent: 'p\n\n<stdin>\nx\n</stdin>' },
  { name: 'a prompt and empty stdin', argv: [...exec, 'p'], stdin: '', sent: 'p' },
  {
    name: 'a text like a command that does not exist',
    argv: [...exec, '/no-such thing'],
    stdin: '',
    sent: '/no-such thing',
  },
])('the prompt from $name', async ({ argv, stdin, sent }) => {
  const session = await scriptedSession([{ text: 'ok' }])
  expect((await session.run(argv, { stdin })).exitCode).toBe(0)
  expect(lastUserText(sentBody(session.server, 0))).toBe(sent)
})

test('no prompt and empty stdin is an error without an event', async () => {
  const session = await scriptedSession([])
  const { exitCode, stdout, stderr } = await session.run(exec)
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toContain('No prompt provided via stdin.')
})

test('outside a git repository nothing is sent, unless the check is skipped', async () => {
  const session = await scriptedSession([{ text: 'ok' }], { git: false })
  const refused = await session.run([...exec, 'hi'])
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
  expect(refused.stderr).toContain('Not inside a trusted directory and --skip-git-repo-check was not specified.')
  expect(session.server.requests).toEqual([])
  expect((await session.run([...exec, '--skip-git-repo-check', 'hi'])).exitCode).toBe(0)
})

test('an unknown flag is a usage error on stderr alone', async () => {
  const session = await scriptedSession([])
  const { exitCode, stdout, stderr } = await session.run([...exec, '--frobnicate', 'hi'])
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain("unexpected argument '--frobnicate' found")
})

test('the output schema is sent, and a missing one stops before any request', async () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }
  const session = await scriptedSession([{ text: '{"a":"b"}' }], { files: { 'S.json': JSON.stringify(schema) } })
  expect((await session.run([...exec, '--output-schema', 'S.json', 'hi'])).exitCode).toBe(0)
  expect(sentBody(session.server, 0)).toHaveProperty('text.format', {
    type: 'json_schema',
    strict: true,
    name: 'codex_output_schema',
    schema,
  })
  const missing = await session.run([...exec, '--output-schema', 'none.json', 'hi'])
  expect(missing).toMatchObject({ exitCode: 1, stdout: '' })
  expect(session.server.requests).toHaveLength(1)
})

test('-o keeps the last message, as it is', async () => {
  const session = await scriptedSession([{ text: 'the answer' }])
  await session.run(['exec', '-o', 'last.txt', 'hi'])
  expect(readFileSync(join(session.workspace.path, 'last.txt'), 'utf8')).toBe('the answer')
})

test('each layer of the configuration outranks the one below', async () => {
  const session = await scriptedSession([{ text: 'ok' }], {
    server: { whenSpent: 'repeat' },
    files: { '.codex/config.toml': 'model = "C"\n' },
  })
  const model = async (...flags: readonly string[]) => {
    const { exitCode, stderr } = await session.run([...exec, ...flags, 'hi'])
    expect([exitCode, stderr]).toEqual([0, expect.any(String)])
    return sentBody(session.server, -1).model
  }
  expect(await model()).toBe('scripted-model')
  await session.home.write({ 'foo.config.toml': 'model = "B"\n' })
  expect(await model('-p', 'foo')).toBe('B')
  expect((await session.run(['trust'])).exitCode).toBe(0)
  expect(await model('-p', 'foo')).toBe('C')
  expect(await model('-p', 'foo', '-c', 'model="D"')).toBe('D')
  expect(await model('-p', 'foo', '-m', 'E', '-c', 'model="D"')).toBe('E')
})

test('the argument order of the Codex SDK is understood', async () => {
  const session = await scriptedSession([{ text: 'one' }, { text: 'two' }])
  const common = [
    '--config',
    'model_verbosity="low"',
    '--sandbox',
    'read-only',
    '--cd',
    session.workspace.path,
    '--skip-git-repo-check',
  ]
  const first = await session.run(['exec', '--experimental-json', ...common], { stdin: 'first' })
  const id = String(first.events[0]?.thread_id)
  const second = await session.run(['exec', '--experimental-json', ...common, 'resume', id], { stdin: 'second' })
  expect(second.exitCode).toBe(0)
  expect(second.events[0]).toEqual({ type: 'thread.started', thread_id: id })
  expect(lastUserText(sentBody(session.server, 1))).toBe('second')
  expect(JSON.stringify(session.server.requests[1]?.body)).toContain('first')
})

test('a secret of the environment appears in nothing that is written', async () => {
  const session = await scriptedSession([{ calls: [{ shell: 'env; echo $MY_TOKEN' }] }, { text: 'done' }])
  const secret = 'tok-3f9a8c7b6d5e4f3a2b1c'
  const { stdout, stderr } = await session.run([...exec, 'print it'], { env: { MY_TOKEN: secret } })
  const rollouts = JSON.stringify(session.server.requests)
  for (const text of [stdout, stderr, rollouts]) expect(text).not.toContain(secret)
  expect(existsSync(join(session.home.codexHome, 'audit'))).toBe(true)
})
