import { expect, test } from 'vitest'
import { execCase, inputOf, userTexts } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'

test('the model is asked by the Responses API, with nothing stored at the provider', async () => {
  const { exec, server } = await execCase([{ text: 'ok' }])
  const { events } = await exec(['hi'])
  const request = server.requests[0]
  expect(request).toMatchObject({ method: 'POST', path: '/v1/responses' })
  const threadId = String(events[0]?.thread_id)
  expect(request?.headers).toMatchObject({
    authorization: 'Bearer key',
    originator: 'codex_exec',
    'user-agent': expect.stringMatching(/^codex_exec\/\d/),
    'session-id': threadId,
    'thread-id': threadId,
  })
  expect(request?.body).toMatchObject({
    model: 'scripted-model',
    stream: true,
    store: false,
    tool_choice: 'auto',
    parallel_tool_calls: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: threadId,
  })
  expect(request?.body).not.toHaveProperty('instructions')
})

test('the base prompt is the first message, the surroundings come next, the prompt is last', async () => {
  const { exec, server, workspace, home } = await execCase([{ text: 'ok' }], {
    git: true,
    files: { 'AGENTS.md': 'Use tabs.' },
    config: 'developer_instructions = "Be brief."',
  })
  await home.write({ 'AGENTS.md': 'Say please.' })
  await exec(['hi'])
  const body = sentBody(server, 0)
  expect(inputOf(body).map(({ role }) => role)).toEqual(['developer', 'developer', 'user', 'user'])
  expect(JSON.stringify(inputOf(body)[1])).toContain('Be brief.')
  const [surroundings, prompt] = userTexts(body)
  expect(surroundings).toMatch(/^# AGENTS\.md instructions for /)
  expect(surroundings).toContain('Say please.\n\n--- project-doc ---\n\nUse tabs.')
  expect(surroundings).toContain(`<cwd>${workspace.path}</cwd>`)
  expect(prompt).toBe('hi')
})

test('the model comes from the highest layer that names one', async () => {
  const { exec, run, server, home } = await execCase([{ text: 'ok' }], {
    server: { whenSpent: 'repeat' },
    files: { '.codex/config.toml': 'model = "C"\n' },
  })
  const modelOf = async (...flags: readonly string[]) => {
    expect(await exec([...flags, 'hi'])).toMatchObject({ exitCode: 0 })
    return sentBody(server, -1).model
  }
  expect(await modelOf()).toBe('scripted-model')
  await home.write({ 'foo.config.toml': 'model = "B"\n' })
  expect(await modelOf('-p', 'foo')).toBe('B')
  expect(await run(['trust'])).toMatchObject({ exitCode: 0 })
  expect(await modelOf('-p', 'foo')).toBe('C')
  expect(await modelOf('-p', 'foo', '-c', 'model="D"')).toBe('D')
  expect(await modelOf('-p', 'foo', '-c', 'model="D"', '-m', 'E')).toBe('E')
  expect(await modelOf('-p', 'foo', '-m', 'E', '-c', 'model="D"')).toBe('E')
})

test('an untrusted repository cannot name the model or where it is asked', async () => {
  const config =
    'model = "evil"\nopenai_base_url = "http://127.0.0.1:9/v1"\n[model_providers.scripted]\nbase_url = "http://127.0.0.1:9/v1"\n'
  const { exec, run, server } = await execCase([{ text: 'ok' }, { text: 'ok' }], {
    files: { '.codex/config.toml': config },
  })
  const untrusted = await exec(['hi'])
  expect(untrusted).toMatchObject({ exitCode: 0 })
  expect(sentBody(server, 0).model).toBe('scripted-model')
  expect(`${untrusted.stderr}${untrusted.stdout}`).toMatch(/untrusted/i)
  await run(['trust'])
  expect(await exec(['hi'])).toMatchObject({ exitCode: 0 })
  expect(server.requests).toHaveLength(2)
})

test('the key of the built-in provider: CODEX_API_KEY, then auth.json, then OPENAI_API_KEY', async () => {
  const { exec, server, home } = await execCase([{ text: 'ok' }], { server: { whenSpent: 'repeat' } })
  await home.write({ 'config.toml': `model = "m"\nopenai_base_url = "${server.url}"\n` })
  const keyOf = async (env: Readonly<Record<string, string>>) => {
    expect(await exec(['hi'], { env })).toMatchObject({ exitCode: 0 })
    return server.requests.at(-1)?.headers.authorization
  }
  expect(await keyOf({})).toBeUndefined()
  expect(await keyOf({ OPENAI_API_KEY: 'from-openai' })).toBe('Bearer from-openai')
  await home.write({ 'auth.json': '{"OPENAI_API_KEY":"from-file"}' })
  expect(await keyOf({ OPENAI_API_KEY: 'from-openai' })).toBe('Bearer from-file')
  await home.write({ 'auth.json': '{"auth_mode":"apikey","OPENAI_API_KEY":"from-file-2"}' })
  expect(await keyOf({})).toBe('Bearer from-file-2')
  expect(await keyOf({ CODEX_API_KEY: 'from-codex', OPENAI_API_KEY: 'x' })).toBe('Bearer from-codex')
})

test('a provider of its own gets its own key alone', async () => {
  const { exec, server, home } = await execCase([{ text: 'ok' }, { text: 'ok' }])
  await home.write({ 'auth.json': '{"OPENAI_API_KEY":"sk-openai-file"}' })
  await exec(['hi'], { env: { CODEX_API_KEY: 'sk-codex', OPENAI_API_KEY: 'sk-openai' } })
  expect(server.requests[0]?.headers.authorization).toBe('Bearer key')
  await home.write({
    'config.toml': `model = "m"\nmodel_provider = "bare"\n[model_providers.bare]\nname = "Bare"\nbase_url = "${server.url}"\n`,
  })
  await exec(['hi'], { env: { CODEX_API_KEY: 'sk-codex', OPENAI_API_KEY: 'sk-openai' } })
  expect(server.requests[1]?.headers.authorization).toBeUndefined()
})

test('headers, query parameters and model settings of the configuration are sent', async () => {
  const { exec, server, home } = await execCase([{ text: 'ok' }])
  await home.write({
    'config.toml': `model = "m"
model_provider = "p"
model_reasoning_effort = "high"
model_reasoning_summary = "detailed"
model_verbosity = "low"
[model_providers.p]
name = "P"
base_url = "${server.url}"
query_params = { "api-version" = "7" }
http_headers = { "x-team" = "blue" }
env_http_headers = { "x-from-env" = "HEADER_VALUE" }
`,
  })
  await exec(['hi'], { env: { HEADER_VALUE: 'seen' } })
  expect(server.requests[0]).toMatchObject({
    query: { 'api-version': '7' },
    headers: { 'x-team': 'blue', 'x-from-env': 'seen' },
    body: { reasoning: { effort: 'high', summary: 'detailed' }, text: { verbosity: 'low' } },
  })
})
