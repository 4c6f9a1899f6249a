import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../../test/support/codex-home.ts'
import type { Env } from '../config/codex-home.ts'
import { loadConfig } from '../config/load-config.ts'
import { providerSettings } from './provider-settings.ts'

async function configOf(text: string, env: Env = {}) {
  const home = await makeCodexHome({ 'config.toml': text })
  onTestFinished(() => home.remove())
  const { codexHome, homeDir: cwd } = home
  return (await loadConfig({ codexHome, cwd, env, overrides: [], flags: {}, strict: true })).config
}

test('a provider is handed its own table, without what is only for the kernel', async () => {
  const table = 'requires_openai_auth = true\nenv_key = "MINE"\nauth = { command = "x" }'
  const config = await configOf(`[model_providers.mine]\nname = "Mine"\nbase_url = "http://127.0.0.1:1/v1"\n${table}\n`)
  expect(providerSettings('mine', config)).toEqual({
    ...{ id: 'mine', name: 'Mine', base_url: 'http://127.0.0.1:1/v1', env_key: 'MINE' },
  })
  expect(providerSettings('of-a-plugin', config)).toEqual({ id: 'of-a-plugin' })
})

test('organisation and project of openai go out as headers, those of the environment before those of the file', async () => {
  const text = 'openai_organization = "org-file"\nopenai_project = "proj-file"\n'
  expect(providerSettings('openai', await configOf(text, { OPENAI_PROJECT: 'proj-env' }))).toEqual({
    id: 'openai',
    http_headers: { 'OpenAI-Organization': 'org-file', 'OpenAI-Project': 'proj-env' },
  })
  expect(providerSettings('openai', await configOf(''))).toEqual({ id: 'openai' })
})

test('a name that every object inherits is the name of no table', async () => {
  expect(providerSettings('constructor', await configOf(''))).toEqual({ id: 'constructor' })
})
