import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../../test/support/codex-home.ts'
import type { Env } from '../config/codex-home.ts'
import { loadConfig } from '../config/load-config.ts'
import { credentialProblem, providerCredential, providerSettings } from './provider-settings.ts'

/** What is known of credentials, with these files in CODEX_HOME. */
async function deps(files: Readonly<Record<string, string>> = {}, env: Env = {}) {
  const home = await makeCodexHome(files)
  onTestFinished(() => home.remove())
  const { codexHome, homeDir: cwd } = home
  const { config } = await loadConfig({ codexHome, cwd, env: {}, overrides: [], flags: {}, strict: false })
  return { config, env, codexHome }
}

const auth = (key: unknown) => ({ 'auth.json': JSON.stringify({ OPENAI_API_KEY: key }) })
const table = (more: string) => ({
  'config.toml': `[model_providers.mine]\nname = "Mine"\nbase_url = "http://127.0.0.1:1/v1"\n${more}\n`,
})

test.each([
  ['CODEX_API_KEY before all', auth('file'), { CODEX_API_KEY: ' codex ', OPENAI_API_KEY: 'openai' }, 'codex'],
  ['auth.json before OPENAI_API_KEY', auth('file'), { OPENAI_API_KEY: 'openai' }, 'file'],
  ['OPENAI_API_KEY where auth.json has no key', auth(null), { OPENAI_API_KEY: 'openai' }, 'openai'],
  ['OPENAI_API_KEY where there is no auth.json', {}, { CODEX_API_KEY: '', OPENAI_API_KEY: 'openai' }, 'openai'],
  ['nothing', {}, { OPENAI_API_KEY: ' ' }, undefined],
])('the key for OpenAI: %s', async (_, files, env, key) => {
  expect(await providerCredential('openai', await deps(files, env))).toBe(key)
})

test('an auth.json that cannot be read is an error, which does not show what stands in it', async () => {
  const broken = await deps({ 'auth.json': '{"OPENAI_API_KEY": "sk-secret' })
  const error = { code: 'provider.credential', message: expect.not.stringContaining('sk-secret') }
  await expect(providerCredential('openai', broken)).rejects.toMatchObject(error)
})

test.each([
  ['env_key', 'env_key = "MINE"', { MINE: ' key ', OPENAI_API_KEY: 'other' }, 'key'],
  ['a token in the table', 'experimental_bearer_token = "token"', { OPENAI_API_KEY: 'other' }, 'token'],
  ['no key at all', '', { OPENAI_API_KEY: 'other' }, undefined],
  ["OpenAI's key where it asks for it", 'requires_openai_auth = true', { OPENAI_API_KEY: 'openai' }, 'openai'],
])('another provider gets %s and no other', async (_, more, env, key) => {
  expect(await providerCredential('mine', await deps(table(more), env))).toBe(key)
})

test.each([
  ['openai', {}, {}, 'no API key is set'],
  ['openai', auth('k'), {}, undefined],
  ['openai', { 'config.toml': 'openai_base_url = "http://127.0.0.1:1/v1"\n' }, {}, undefined],
  ['mine', table(''), {}, undefined],
  ['mine', table('env_key = "MINE"'), {}, 'Missing environment variable: `MINE`.'],
  ['mine', table('requires_openai_auth = true'), {}, 'no API key is set'],
] as const)('whether %s can be asked with %j', async (id, files, env, problem) => {
  expect(await credentialProblem(id, await deps(files, env))).toBe(problem)
})

test('a provider is handed its own table, without what is only for the kernel', async () => {
  const { config } = await deps(table('requires_openai_auth = true\nenv_key = "MINE"'))
  expect(providerSettings('mine', config)).toEqual({
    ...{ id: 'mine', name: 'Mine', base_url: 'http://127.0.0.1:1/v1', env_key: 'MINE' },
  })
  expect(providerSettings('of-a-plugin', config)).toEqual({ id: 'of-a-plugin' })
})
