import type { Env } from '../../config/codex-home.ts'
import type { Config } from '../../config/schema.ts'
import { isSecretName } from '../../sandbox/command-environment.ts'

/** Credentials that the configuration holds, or names a variable for: what is sent to providers and MCP servers and stands nowhere else. */
export function configuredSecrets(
  { model_providers: providers = {}, mcp_servers: servers = {} }: Config,
  env: Env,
): readonly string[] {
  const ofProviders = Object.values(providers).flatMap((provider) => [
    provider.experimental_bearer_token,
    provider.env_key === undefined ? undefined : env[provider.env_key],
    ...(provider.endpoints ?? []).map(({ env_key: name }) => (name === undefined ? undefined : env[name])),
    ...Object.values(provider.env_http_headers ?? {}).map((name) => env[name]),
    ...[...Object.entries(provider.http_headers ?? {}), ...Object.entries(provider.query_params ?? {})].map(
      ([name, value]) => (isSecretName(name) ? value : undefined),
    ),
  ])
  const ofServers = Object.values(servers).flatMap((server) => [
    server.bearer_token_env_var === undefined ? undefined : env[server.bearer_token_env_var],
    ...Object.values(server.env_http_headers ?? {}).map((name) => env[name]),
    ...[...Object.entries(server.http_headers ?? {}), ...Object.entries(server.env ?? {})].map(([name, value]) =>
      isSecretName(name) ? value : undefined,
    ),
  ])
  const all = [env.CODEX_API_KEY, env.OPENAI_API_KEY, ...ofProviders, ...ofServers]
  return [...new Set(all.flatMap((value) => value?.trim() || []))]
}
