import { expect, onTestFinished, test } from 'vitest'
import { completedItems, execCase } from '../support/exec-case.ts'
import { type ModelServer, startModelServer } from '../support/model-server.ts'

const installed = [{ id: 'nomic-embed-text' }, { id: 'llama3.2:3b' }, { id: 'gpt-oss:20b' }]

/** A case whose configured model is another one, beside a local server. */
async function beside(
  models: readonly object[],
  turns: Parameters<typeof startModelServer>[0] = [{ text: 'local' }],
  windows: Readonly<Record<string, number>> = {},
) {
  const local = await startModelServer(turns, { models, windows, whenSpent: 'repeat' })
  onTestFinished(() => local.close())
  const session = await execCase([{ text: 'remote' }])
  return { ...session, local, env: { OLLAMA_HOST: hostOf(local) } }
}

const hostOf = ({ url }: ModelServer) => new URL(url).host

test('--oss asks Ollama, with the model that does best of those that are there', async () => {
  const { exec, local, server, env } = await beside(installed)
  const result = await exec(['--oss', 'hi'], { env })
  expect(result).toMatchObject({ exitCode: 0 })
  expect(completedItems(result, 'agent_message')).toMatchObject([{ text: 'local' }])
  expect(local.requests[0]).toMatchObject({ path: '/v1/chat/completions', body: { model: 'gpt-oss:20b' } })
  expect(local.requests[0]?.headers.authorization).toBeUndefined()
  expect(server.requests).toHaveLength(0)
})

test('a request that Ollama would cut is not sent: the error says what the window is and how to widen it', async () => {
  const narrow = await beside(installed, [{ text: 'local' }], { 'gpt-oss:20b': 4096 })
  const { exitCode, events } = await narrow.exec(['--oss', 'x'.repeat(20_000)], { env: narrow.env })
  expect(exitCode).toBe(1)
  expect(events.at(-1)).toMatchObject({
    error: {
      code: 'provider.context_length',
      message: expect.stringMatching(
        /^Ollama gives gpt-oss:20b a window of 4096 tokens, and the request needs about \d+/,
      ),
      hint: expect.stringContaining('OLLAMA_CONTEXT_LENGTH=64000 ollama serve'),
    },
  })
  expect(narrow.local.requests).toHaveLength(0)
  const wide = await beside(installed, [{ text: 'local' }], { 'gpt-oss:20b': 64_000 })
  expect(await wide.exec(['--oss', 'x'.repeat(20_000)], { env: wide.env })).toMatchObject({ exitCode: 0 })
})

test('a model that is named is asked without looking for others', async () => {
  const { exec, local, env } = await beside(installed)
  await exec(['--oss', '-m', 'llama3.2:3b', 'hi'], { env })
  expect(local.requests[0]?.body.model).toBe('llama3.2:3b')
  expect(local.listings).toHaveLength(0)
})

test('--local-provider and oss_provider choose LM Studio', async () => {
  const { exec, local } = await beside([{ id: 'qwen/qwen3-coder-30b' }, { id: 'text-embedding-nomic' }])
  const env = { CODEX_OSS_BASE_URL: local.url }
  await exec(['--oss', '--local-provider', 'lmstudio', 'hi'], { env })
  await exec(['--oss', '-c', 'oss_provider="lmstudio"', 'hi'], { env: { CODEX_OSS_PORT: new URL(local.url).port } })
  expect(local.requests.map(({ body }) => body.model)).toEqual(['qwen/qwen3-coder-30b', 'qwen/qwen3-coder-30b'])
})

test.each(['abc', '0', '70000', '-1', '80x'])('CODEX_OSS_PORT=%s is an error, and nothing is asked', async (port) => {
  const { exec, local } = await beside(installed)
  const result = await exec(['--oss', '-m', 'x', 'hi'], { env: { CODEX_OSS_PORT: port } })
  expect(result.exitCode).toBe(1)
  expect(result.stderr + JSON.stringify(result.events)).toContain(`CODEX_OSS_PORT is no port: ${port}`)
  expect(local.requests).toHaveLength(0)
})

test('a server that does not run is told with how to start it', async () => {
  const { exec, local, env } = await beside(installed)
  await local.close()
  const probed = await exec(['--oss', 'hi'], { env })
  expect(probed).toMatchObject({ exitCode: 1, stdout: '' })
  expect(probed.stderr).toContain(`Ollama does not answer at http://${env.OLLAMA_HOST}/v1`)
  expect(probed.stderr).toContain('hint: Start it: ollama serve')
  const asked = await exec(['--oss', '-m', 'x', 'hi'], { env })
  expect(asked.events.at(-1)).toMatchObject({
    type: 'turn.failed',
    error: { code: 'provider.unreachable', hint: expect.stringContaining('ollama serve') },
  })
})

test('a server without a model says how to get one', async () => {
  const { exec, env } = await beside([{ id: 'nomic-embed-text' }])
  const { exitCode, stderr } = await exec(['--oss', 'hi'], { env })
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Ollama has no model') })
  expect(stderr).toContain('hint: Get one: ollama pull gpt-oss:20b.')
})

test('a model that is not there is told with those that are', async () => {
  const body = { error: { message: 'model "nope" not found, try pulling it first', type: 'api_error' } }
  const { exec, env } = await beside(installed, [{ failure: { kind: 'status', status: 404, body } }])
  const { exitCode, events } = await exec(['--oss', '-m', 'nope', 'hi'], { env })
  expect(exitCode).toBe(1)
  expect(events.at(-1)).toMatchObject({
    error: {
      code: 'provider.model_unknown',
      message: 'Ollama has no model "nope"',
      hint: expect.stringMatching(/^Get it: ollama pull nope\. It has .*gpt-oss:20b/),
    },
  })
})

test('the ids of built-in providers cannot be taken', async () => {
  const { exec, home } = await execCase([])
  for (const id of ['openai', 'ollama', 'lmstudio']) {
    await home.write({ 'config.toml': `[model_providers.${id}]\nbase_url = "http://127.0.0.1:9/v1"\n` })
    const { exitCode, stdout, stderr } = await exec(['hi'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain(`reserved built-in provider IDs: \`${id}\``)
  }
})
