import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, jsonLines, outline } from '../support/exec-case.ts'

const hello = { text: 'Hello there', reasoning: '**Thinking** hard', usage: { input: 10, output: 5 } }

test('a turn is five JSON lines on stdout, with nothing between them', async () => {
  const { exec } = await execCase([hello])
  const { stdout, exitCode } = await exec(['-s', 'read-only', 'say hi'])
  expect(exitCode).toBe(0)
  expect(stdout.endsWith('\n')).toBe(true)
  const id = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const usage = { input_tokens: 10, cached_input_tokens: 0, cache_write_input_tokens: 0, output_tokens: 5 }
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { type: 'thread.started', thread_id: id },
    { type: 'turn.started' },
    { type: 'item.completed', item: { id: 'item_0', type: 'reasoning', text: '**Thinking** hard' } },
    { type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text: 'Hello there' } },
    { type: 'turn.completed', usage: { ...usage, reasoning_output_tokens: 0 } },
  ])
})

test('usage counts cached and reasoning tokens, over all requests of the turn', async () => {
  const usage = { input: 100, cached: 40, output: 20, reasoning: 7 }
  const { exec } = await execCase([
    { calls: [{ shell: 'true' }], usage },
    { text: 'done', usage },
  ])
  const { events } = await exec(['go'])
  expect(events.at(-1)).toEqual({
    type: 'turn.completed',
    usage: {
      input_tokens: 200,
      cached_input_tokens: 80,
      cache_write_input_tokens: 0,
      output_tokens: 40,
      reasoning_output_tokens: 14,
    },
  })
})

test('--experimental-json is --json', async () => {
  const { run } = await execCase([hello])
  const result = await run(['exec', '--experimental-json', '--skip-git-repo-check', 'hi'])
  expect(outline(result)).toEqual([
    'thread.started',
    'turn.started',
    'item.completed reasoning item_0',
    'item.completed agent_message item_1',
    'turn.completed',
  ])
  expect(jsonLines(result.stdout)).toHaveLength(5)
})

test('without --json stdout is the last message alone, and stderr has banner and transcript', async () => {
  const { run, workspace } = await execCase([
    { text: 'Looking first.', calls: [{ shell: 'echo out-of-the-command' }] },
    { text: 'The answer.', usage: { input: 1200, output: 34 } },
  ])
  const { stdout, stderr, exitCode } = await run(['exec', '--skip-git-repo-check', 'what is it?'])
  expect({ stdout, exitCode }).toEqual({ stdout: 'The answer.\n', exitCode: 0 })
  const order = [
    'codex-kernel v',
    '--------',
    `workdir: ${workspace.path}`,
    'model: scripted-model',
    'provider: scripted',
    'approval: never',
    'sandbox: offline',
    'session id: ',
    'user\nwhat is it?',
    'Looking first.',
    'out-of-the-command',
    'tokens used\n1,234\n',
  ]
  const places = order.map((text) => stderr.indexOf(text))
  expect(
    places.every((place) => place >= 0),
    stderr,
  ).toBe(true)
  expect(places).toEqual([...places].sort((a, b) => a - b))
})

test('text of models and commands cannot drive the terminal', async () => {
  const { run } = await execCase([
    { calls: [{ shell: "printf '\\033]0;owned\\007'" }], reasoning: 'think \u001b[2J' },
    { text: 'plain \u001b[31mred\u001b[0m \u009b1m' },
  ])
  const { stdout, stderr } = await run(['exec', '--skip-git-repo-check', 'prompt with \u001b[5m'])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/
  expect(stdout).not.toMatch(control)
  expect(stderr).not.toMatch(control)
  expect(stdout).toContain('plain ')
})

test('-o writes exactly the last message, and an empty file when the turn fails', async () => {
  const { exec, workspace } = await execCase([
    { text: 'one', calls: [{ shell: 'true' }] },
    { text: 'the end' },
    { failure: { kind: 'status', status: 500 } },
  ])
  const file = join(workspace.path, 'last.txt')
  expect(await exec(['-o', file, 'go'])).toMatchObject({ exitCode: 0 })
  expect(await readFile(file, 'utf8')).toBe('the end')
  expect(await exec(['--output-last-message', file, 'go'])).toMatchObject({ exitCode: 1 })
  expect(await readFile(file, 'utf8')).toBe('')
})

test('-o takes a path relative to where codex was started, also with -C', async () => {
  const { run, workspace } = await execCase([{ text: 'here' }], { files: { 'sub/a.txt': '' } })
  await run(['exec', '--skip-git-repo-check', '-C', 'sub', '-o', 'last.txt', 'go'])
  expect(await readFile(join(workspace.path, 'last.txt'), 'utf8')).toBe('here')
})

test('a file for the last message that cannot be written is told before the model is asked', async () => {
  const { exec, server, workspace } = await execCase([{ text: 'done' }], { files: { 'folder/a': '' } })
  for (const [file, why] of [
    ['missing/last.txt', 'its directory does not exist'],
    ['folder', 'it is a directory'],
  ]) {
    const { exitCode, stderr } = await exec(['-o', join(workspace.path, file ?? ''), 'go'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain(`cannot be written: ${why}`)
    expect(stderr).toContain('output.unwritable')
  }
  expect(server.requests).toEqual([])
})

test('a device or a link takes the last message as it is', async () => {
  const { exec, workspace } = await execCase([{ text: 'done' }, { text: 'done again' }], { files: { 'real.txt': '' } })
  await symlink('real.txt', join(workspace.path, 'link.txt'))
  expect((await exec(['-o', '/dev/null', 'go'])).exitCode).toBe(0)
  expect((await exec(['-o', join(workspace.path, 'link.txt'), 'go'])).exitCode).toBe(0)
  expect(await readFile(join(workspace.path, 'real.txt'), 'utf8')).toBe('done again')
})

test('--output-schema is sent as a strict JSON schema', async () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  }
  const { exec, server } = await execCase([{ text: '{"a":"x"}' }], { files: { 'S.json': JSON.stringify(schema) } })
  expect(await exec(['--output-schema', 'S.json', 'hi'])).toMatchObject({ exitCode: 0 })
  expect(server.requests[0]?.body.text).toMatchObject({
    format: { type: 'json_schema', strict: true, name: 'codex_output_schema', schema },
  })
})

test('an output schema that is missing or no JSON stops before a thread begins', async () => {
  const { exec, server } = await execCase([], { files: { 'bad.json': '{' } })
  const missing = await exec(['--output-schema', 'none.json', 'hi'])
  expect(missing).toMatchObject({ exitCode: 1, stdout: '' })
  expect(missing.stderr).toContain('Failed to read output schema file none.json')
  const bad = await exec(['--output-schema', 'bad.json', 'hi'])
  expect(bad).toMatchObject({ exitCode: 1, stdout: '' })
  expect(bad.stderr).toContain('Output schema file bad.json is not valid JSON')
  expect(server.requests).toHaveLength(0)
})

test('help and version are answered without a thread', async () => {
  const { run, server, rollouts } = await execCase([])
  const help = await run(['exec', '--help'])
  expect(help.exitCode).toBe(0)
  for (const flag of ['--json', '--output-schema', '--sandbox', '--skip-git-repo-check']) {
    expect(help.stdout).toContain(flag)
  }
  expect(help.stdout).not.toContain('experimental-json')
  expect(await run(['exec', '-h'])).toMatchObject({ exitCode: 0, stdout: help.stdout })
  const version = await run(['--version'])
  expect(version).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^codex-kernel \d+\.\d+\.\d+\n$/) })
  expect(await run(['exec', '--version'])).toMatchObject({ exitCode: 0, stdout: version.stdout })
  expect(await run(['exec', '-V'])).toMatchObject({ exitCode: 0, stdout: version.stdout })
  expect([server.requests.length, (await rollouts()).length]).toEqual([0, 0])
})

test('`codex e` is `codex exec`', async () => {
  const { run } = await execCase([{ text: 'hello' }])
  expect(await run(['e', '--skip-git-repo-check', 'hi'])).toMatchObject({ exitCode: 0, stdout: 'hello\n' })
})
