import type { Env } from '../../config/codex-home.ts'
import type { Config } from '../../config/schema.ts'
import { ownValue } from '../../config/table.ts'
import { isSecretName } from '../../sandbox/command-environment.ts'

/** Credentials that the configuration holds, or names a variable for: what is sent to providers and MCP servers and stands nowhere else. */
export function configuredSecrets(
  { model_providers: providers = {}, mcp_servers: servers = {} }: Config,
  env: Env,
): readonly string[] {
  const variable = (name: string | undefined) => (name === undefined ? undefined : ownValue(env, name))
  const ofProviders = Object.values(providers).flatMap((provider) => [
    provider.experimental_bearer_token,
    variable(provider.env_key),
    ...(provider.endpoints ?? []).map(({ env_key: name }) => variable(name)),
    ...Object.values(provider.env_http_headers ?? {}).map(variable),
    ...[...Object.entries(provider.http_headers ?? {}), ...Object.entries(provider.query_params ?? {})].map(
      ([name, value]) => (isSecretHeader(name) ? value : undefined),
    ),
  ])
  const ofServers = Object.values(servers).flatMap((server) => [
    variable(server.bearer_token_env_var),
    ...Object.values(server.env_http_headers ?? {}).map(variable),
    ...[...Object.entries(server.http_headers ?? {}), ...Object.entries(server.env ?? {})].map(([name, value]) =>
      isSecretHeader(name) ? value : undefined,
    ),
  ])
  const all = [env.CODEX_API_KEY, env.OPENAI_API_KEY, ...ofProviders, ...ofServers]
  return [...new Set(all.flatMap((value) => (value ? [value.trim(), ...credentialIn(value)] : [])).filter(Boolean))]
}

/** As a variable's name, and what only headers and parameters are called: `Authorization`, `X-Auth`, `sig`. */
function isSecretHeader(name: string): boolean {
  return isSecretName(name) || /auth|sig|cookie/i.test(name)
}

/** What stands behind the scheme of an authorization header (RFC 9110, 11.4): it gives the rest away by itself. */
function credentialIn(value: string): readonly string[] {
  const credential = /^\s*[A-Za-z][\w-]*\s+(\S+)\s*$/.exec(value)?.[1]
  return credential === undefined ? [] : [credential]
}
