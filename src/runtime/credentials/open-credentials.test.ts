import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../../../test/support/codex-home.ts'
import type { Env } from '../../config/codex-home.ts'
import { loadConfig } from '../../config/load-config.ts'
import { openCredentials } from './open-credentials.ts'

const never = new AbortController().signal

/** Credentials with these files in CODEX_HOME, which are their owner's alone unless a mode is given. */
async function open(files: Readonly<Record<string, string>> = {}, env: Env = {}, mode = 0o600) {
  const home = await makeCodexHome(files)
  onTestFinished(() => home.remove())
  const { codexHome, homeDir } = home
  for (const name of Object.keys(files)) await chmod(join(codexHome, name), mode)
  const { config } = await loadConfig({ codexHome, cwd: homeDir, env: {}, overrides: [], flags: {}, strict: false })
  const deps = { config, env, codexHome, homeDir, workspaceRoot: join(homeDir, 'work'), now: () => new Date() }
  return { credentials: openCredentials(deps), codexHome }
}

const auth = (key: unknown) => ({ 'auth.json': JSON.stringify({ OPENAI_API_KEY: key }) })
const table = (more: string) => ({
  'config.toml': `[model_providers.mine]\nname = "Mine"\nbase_url = "http://127.0.0.1:1/v1"\n${more}\n`,
})
const chatgpt = { 'auth.json': JSON.stringify({ OPENAI_API_KEY: null, tokens: { access_token: 'at-123456789' } }) }
const prints = (token: string) => `auth = { command = ["/bin/echo", "${token}"] }`

test.each([
  ['CODEX_API_KEY before all', auth('file'), { CODEX_API_KEY: ' codex ', OPENAI_API_KEY: 'openai' }, 'codex'],
  ['auth.json before OPENAI_API_KEY', auth('file'), { OPENAI_API_KEY: 'openai' }, 'file'],
  ['OPENAI_API_KEY where auth.json has no key', auth(null), { OPENAI_API_KEY: 'openai' }, 'openai'],
  ['OPENAI_API_KEY where there is no auth.json', {}, { CODEX_API_KEY: '', OPENAI_API_KEY: 'openai' }, 'openai'],
  ['OPENAI_API_KEY where auth.json has a sign-in', chatgpt, { OPENAI_API_KEY: 'openai' }, 'openai'],
  [
    'nothing for another server that may need none',
    { 'config.toml': 'openai_base_url = "http://127.0.0.1:1/v1"' },
    {},
    undefined,
  ],
  ["the command's before auth.json", { ...auth('file'), 'config.toml': prints('tok') }, {}, 'tok'],
  ["CODEX_API_KEY before the command's", { 'config.toml': prints('tok') }, { CODEX_API_KEY: 'codex' }, 'codex'],
])('the key for OpenAI: %s', async (_, files, env, key) => {
  expect(await (await open(files, env)).credentials.credential('openai', never)).toBe(key)
})

test('without a key OpenAI itself is not asked, and the error says how to get one', async () => {
  const { credentials } = await open({}, { OPENAI_API_KEY: ' ' })
  await expect(credentials.credential('openai', never)).rejects.toMatchObject({
    code: 'provider.credential',
    hint: expect.stringContaining('codex login --with-api-key'),
  })
})

test.each([
  ['env_key', 'env_key = "MINE"', { MINE: ' key ', OPENAI_API_KEY: 'other' }, 'key'],
  ['a token in the table', 'experimental_bearer_token = "token"', { OPENAI_API_KEY: 'other' }, 'token'],
  ['no key at all', '', { OPENAI_API_KEY: 'other' }, undefined],
  ["OpenAI's key where it asks for it", 'requires_openai_auth = true', { OPENAI_API_KEY: 'openai' }, 'openai'],
  ["its command's token", prints('tok'), { OPENAI_API_KEY: 'openai' }, 'tok'],
  ['env_key before its command', `env_key = "MINE"\n${prints('tok')}`, { MINE: 'key' }, 'key'],
])('another provider gets %s and no other', async (_, more, env, key) => {
  expect(await (await open(table(more), env)).credentials.credential('mine', never)).toBe(key)
})

test('a key that was kept for a provider counts where its variable is not set', async () => {
  const kept = { 'credentials.json': JSON.stringify({ providers: { mine: { api_key: 'kept' } } }) }
  const { credentials } = await open({ ...table('env_key = "MINE"'), ...kept })
  expect(await credentials.credential('mine', never)).toBe('kept')
  expect(await credentials.report('mine', never)).toMatchObject({
    source: 'file',
    detail: expect.stringMatching(/credentials\.json$/),
  })
})

test('an auth.json that cannot be read is an error, which does not show what stands in it', async () => {
  const { credentials } = await open({ 'auth.json': '{"OPENAI_API_KEY": "sk-secret' })
  const error = { code: 'provider.credential', message: expect.not.stringContaining('sk-secret') }
  await expect(credentials.credential('openai', never)).rejects.toMatchObject(error)
})

test('a sign-in with ChatGPT without a key is told, with what to do, and its tokens are never sent', async () => {
  const { credentials } = await open(chatgpt)
  await expect(credentials.credential('openai', never)).rejects.toMatchObject({
    code: 'provider.credential',
    message: expect.stringContaining('sign-in with ChatGPT'),
    hint: expect.stringContaining('codex login --with-api-key'),
  })
})

test.each([
  ['openai', {}, {}, 'no API key is set'],
  ['openai', auth('k'), {}, undefined],
  ['openai', { 'config.toml': 'openai_base_url = "http://127.0.0.1:1/v1"\n' }, {}, undefined],
  ['mine', table(''), {}, undefined],
  ['mine', table('env_key = "MINE"'), {}, 'Missing environment variable: `MINE`.'],
  ['mine', table('requires_openai_auth = true'), {}, 'no API key is set'],
  ['mine', table('auth = { command = "/none/at/all" }'), {}, undefined],
] as const)('whether %s can be asked with %j', async (id, files, env, problem) => {
  expect((await (await open(files, env)).credentials.report(id, never)).problem).toBe(problem)
})

test.runIf(process.platform !== 'win32')('a file that others can read is warned of, and used', async () => {
  const { credentials } = await open(auth('file-key'), {}, 0o644)
  expect(await credentials.credential('openai', never)).toBe('file-key')
  expect(credentials.warnings()).toEqual([expect.stringMatching(/auth\.json .*mode 644.*chmod 600/)])
})

test('what was found is known as a secret, also what lies in files for providers that nobody asks', async () => {
  const kept = { 'credentials.json': JSON.stringify({ providers: { other: { api_key: 'other-key' } } }) }
  const files = { ...auth('file-key'), ...kept, ...table('env_key = "MINE"') }
  const { credentials } = await open(files, { MINE: 'my-key', OPENAI_API_KEY: 'oa-key' })
  expect(credentials.secrets()).toEqual(['oa-key', 'my-key'])
  await credentials.readFiles()
  expect(credentials.secrets()).toEqual(['oa-key', 'my-key', 'file-key', 'other-key'])
})

test('without a keyring service, keyring is a clear error and auto takes the file', async () => {
  const config = (mode: string) => ({ 'config.toml': `cli_auth_credentials_store = "${mode}"\n` })
  const strict = await open({ ...config('keyring'), ...auth('file-key') })
  await expect(strict.credentials.credential('openai', never)).rejects.toMatchObject({ code: 'credential.store' })
  expect((await strict.credentials.report('openai', never)).problem).toContain('cli_auth_credentials_store')
  const auto = await open({ ...config('auto'), ...auth('file-key') })
  expect(await auto.credentials.credential('openai', never)).toBe('file-key')
})

test('a variable that is called as what every object inherits is not set', async () => {
  const { credentials } = await open(table('env_key = "constructor"'), { OTHER: 'x' })
  await expect(credentials.credential('mine', never)).rejects.toMatchObject({
    message: 'Missing environment variable: `constructor`.',
  })
})
