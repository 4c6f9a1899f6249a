import { expect, test } from 'vitest'
import { redactConfigValue } from './redact-config-value.ts'

test.each([
  ['model_providers.x.experimental_bearer_token'],
  ['model_providers.x.http_headers.Authorization'],
  ['model_providers.x.http_headers.X-Api-Key'],
  ['model_providers.x.query_params.sig'],
  ['mcp_servers.x.env.ANYTHING'],
  ['shell_environment_policy.set.GITHUB_TOKEN'],
  ['plugins.p.password'],
  ['plugins.p.api_keys'],
])('%s is not shown', (key) => {
  expect(redactConfigValue(key.split('.'), 'hush')).toBe('[redacted]')
  expect(redactConfigValue(key.split('.'), ['hush'])).toEqual(['[redacted]'])
})

test.each([
  ['model_providers.x.env_key', 'MY_KEY'],
  ['model_providers.x.env_http_headers.Authorization', 'MY_AUTH'],
  ['mcp_servers.x.bearer_token_env_var', 'MY_TOKEN'],
  ['model_auto_compact_token_limit', 5],
  ['model', 'm'],
])('%s is shown', (key, value) => {
  expect(redactConfigValue(key.split('.'), value)).toBe(value)
})

test('tables in lists are looked through, and passwords in URLs are hidden', () => {
  expect(redactConfigValue(['plugins', 'p', 'hosts'], [{ url: 'https://me:pw@h/x', token: 't', n: 1 }])).toEqual([
    { url: 'https://me:[redacted]@h/x', token: '[redacted]', n: 1 },
  ])
})
