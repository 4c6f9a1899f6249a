import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CodexOptions, ThreadOptions } from '@openai/codex-sdk'
import { expect, test } from 'vitest'
import { inputOf, toolOutputs } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'
import { sdkSession } from '../support/sdk-session.ts'

const skipGitRepoCheck = true

async function bodyWith(thread: ThreadOptions, options: CodexOptions = {}) {
  const session = await sdkSession([{ text: 'ok' }])
  await session
    .codex(options)
    .startThread({ skipGitRepoCheck, ...thread })
    .run('go')
  return { ...session, body: sentBody(session.server, 0), request: session.server.requests[0] }
}

const requests: readonly [string, ThreadOptions, CodexOptions, object][] = [
  ['model', { model: 'sdk-model' }, {}, { model: 'sdk-model' }],
  ['modelReasoningEffort', { modelReasoningEffort: 'xhigh' }, {}, { reasoning: { effort: 'xhigh' } }],
  ['config, as a table', {}, { config: { model_verbosity: 'low', tools: {} } }, { text: { verbosity: 'low' } }],
  ['configOverrides', {}, { configOverrides: ['model_verbosity="high"'] }, { text: { verbosity: 'high' } }],
]

test.for(requests)('%s reaches the model', async ([, thread, options, expected]) => {
  expect((await bodyWith(thread, options)).body).toMatchObject(expected)
})

const searches: readonly [string, ThreadOptions, object | undefined][] = [
  ['disabled', { webSearchMode: 'disabled' }, undefined],
  ['cached', { webSearchMode: 'cached' }, { type: 'web_search', external_web_access: false }],
  ['live', { webSearchMode: 'live' }, { type: 'web_search', external_web_access: true }],
  ['off by webSearchEnabled', { webSearchEnabled: false }, undefined],
]

test.for(searches)('webSearchMode %s says which search the provider may make', async ([, thread, expected]) => {
  const { body } = await bodyWith(thread)
  const tools: readonly { readonly type: string }[] = Array.isArray(body.tools) ? body.tools : []
  expect(tools.find(({ type }) => type === 'web_search')).toEqual(expected)
})

test('baseUrl and apiKey go to the built-in provider, the originator with them', async () => {
  const { codex, server, home, codexPath } = await sdkSession([{ text: 'ok' }])
  await home.write({ 'config.toml': '' })
  const env = { PATH: process.env.PATH ?? '', HOME: home.homeDir, CODEX_HOME: home.codexHome }
  const client = codex({ codexPathOverride: codexPath, baseUrl: server.url, apiKey: 'sdk-key', env })
  await client.startThread({ skipGitRepoCheck, model: 'm', approvalPolicy: 'on-request' }).run('go', {
    cyberAccessProgram: 'standard',
  })
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: 'Bearer sdk-key',
    originator: 'codex_sdk_ts',
    'user-agent': expect.stringMatching(/^codex_sdk_ts\//),
  })
})

test('env is all that the program gets: a command sees no variable of the caller', async () => {
  const inherit = { config: 'shell_environment_policy.inherit = "all"' }
  const { codex, server, home, codexPath } = await sdkSession([{ calls: [{ shell: 'env' }] }, { text: 'ok' }], inherit)
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home.homeDir,
    CODEX_HOME: home.codexHome,
    SCRIPTED_MODEL_KEY: 'key',
    FROM_THE_CALLER: 'yes',
  }
  await codex({ codexPathOverride: codexPath, env }).startThread({ skipGitRepoCheck }).run('go')
  const [output = ''] = Object.values(toolOutputs(sentBody(server, 1)))
  expect(output).toContain('FROM_THE_CALLER=yes')
  expect(output).not.toContain('VITEST')
  expect(output).not.toContain('SCRIPTED_MODEL_KEY')
})

test('workingDirectory, sandboxMode and additionalDirectories say what may be written', async () => {
  const script = 'touch inside; touch ../more/there; touch ../other/there; pwd'
  const { codex, server, workspace } = await sdkSession([{ calls: [{ shell: script }] }, { text: 'ok' }], {
    files: { 'ws/a': '', 'more/a': '', 'other/a': '' },
    config: 'sandbox_workspace_write.exclude_slash_tmp = true\nsandbox_workspace_write.exclude_tmpdir_env_var = true',
  })
  const at = (name: string) => join(workspace.path, name)
  const thread = codex().startThread({
    skipGitRepoCheck,
    workingDirectory: at('ws'),
    sandboxMode: 'workspace-write',
    additionalDirectories: [at('more')],
  })
  await thread.run('go')
  expect(JSON.stringify(inputOf(sentBody(server, 0)))).toContain(`<cwd>${at('ws')}</cwd>`)
  await access(at('ws/inside'))
  await access(at('more/there'))
  await expect(access(at('other/there'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('the default sandbox lets nothing be written, whatever approvalPolicy says', async () => {
  const { codex, workspace } = await sdkSession([{ calls: [{ shell: 'touch written' }] }, { text: 'ok' }])
  await mkdir(join(workspace.path, 'ws'))
  const thread = codex().startThread({
    skipGitRepoCheck,
    workingDirectory: join(workspace.path, 'ws'),
    approvalPolicy: 'on-request',
  })
  expect((await thread.run('go')).finalResponse).toBe('ok')
  await expect(access(join(workspace.path, 'ws/written'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test.for([true, false])(
  'networkAccessEnabled %s chooses the profile, with public hosts or none',
  async (networkAccessEnabled) => {
    const { codex, server, workspace } = await sdkSession([{ text: 'ok' }])
    const thread = codex().startThread({
      skipGitRepoCheck,
      workingDirectory: workspace.path,
      sandboxMode: 'workspace-write',
      networkAccessEnabled,
    })
    await thread.run('go')
    const profile = networkAccessEnabled ? 'workspace-net' : 'workspace-write'
    expect(JSON.stringify(inputOf(sentBody(server, 0)))).toContain(`<security_profile>${profile}</security_profile>`)
  },
)
