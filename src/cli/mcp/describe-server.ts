import { redactConfigValue } from '../../config/redact-config-value.ts'
import type { Config } from '../../config/schema.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { ServerProfile } from '../../runtime/mcp-server-profiles.ts'

/** `[mcp_servers.NAME]`. */
export type ServerTable = NonNullable<Config['mcp_servers']>[string]

/** A server as `codex mcp list --json` and `get --json` give it (Codex contract, G.2): values of variables are not masked. */
export function serverFields(name: string, table: ServerTable) {
  const transport = transportOf(table)
  return {
    name,
    enabled: table.enabled ?? true,
    disabled_reason: null,
    transport,
    startup_timeout_sec: startupSeconds(table),
    tool_timeout_sec: table.tool_timeout_sec ?? null,
  }
}

function transportOf(table: ServerTable) {
  if (table.command !== undefined) {
    return {
      type: 'stdio',
      command: table.command,
      args: table.args ?? [],
      env: table.env ?? null,
      env_vars: table.env_vars ?? [],
      cwd: table.cwd ?? null,
    } as const
  }
  if (table.url === undefined) return { type: 'none' } as const
  return {
    type: 'streamable_http',
    url: table.url,
    bearer_token_env_var: table.bearer_token_env_var ?? null,
    http_headers: table.http_headers ?? null,
    env_http_headers: table.env_http_headers ?? null,
    http_headers_helper: null,
  } as const
}

/** The profile that its program runs under, and what that comes to; nothing for a server over HTTP. */
export function profileFields(held: ServerProfile | undefined): {
  readonly profile?: string | null
  readonly runs_under?: string
} {
  if (held === undefined) return {}
  return typeof held === 'string'
    ? { profile: null, runs_under: held }
    : { profile: held.profile, runs_under: held.summary }
}

/** What its tools serve, and which: `code_search` by `find`. */
export function capabilityFields(table: ServerTable): { readonly capabilities?: Readonly<Record<string, string>> } {
  const served = Object.entries(table.capabilities ?? {})
  if (served.length === 0) return {}
  return {
    capabilities: Object.fromEntries(served.map(([name, by]) => [name, typeof by === 'string' ? by : by.tool])),
  }
}

/** What holds its requests to a user: a token, or nothing that is known of. */
export function authStatus(table: ServerTable): 'bearer_token' | 'unsupported' {
  const headers = Object.keys({ ...table.http_headers, ...table.env_http_headers })
  const hasToken = table.bearer_token_env_var !== undefined || headers.some((name) => /^authorization$/i.test(name))
  return table.url !== undefined && hasToken ? 'bearer_token' : 'unsupported'
}

/** Its address, without a password. */
export function shownUrl({ url }: ServerTable): string {
  return url === undefined ? '-' : String(redactConfigValue(['url'], url))
}

/** Variables without their values. */
export function maskedVariables(table: ServerTable): string {
  const named = [...Object.keys(table.env ?? {}), ...(table.env_vars ?? [])]
  return named.length === 0 ? '-' : named.map((name) => `${name}=*****`).join(', ')
}

/** Rows in columns, the first row being the heads. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)))
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** The error for a server that is not configured. */
export function noSuchServer(name: string): CodexError {
  return new CodexError('config.invalid', `No MCP server named '${name}' found.`, { hint: 'List them: codex mcp list' })
}

function startupSeconds(table: ServerTable): number | null {
  if (table.startup_timeout_sec !== undefined) return table.startup_timeout_sec
  return table.startup_timeout_ms === undefined ? null : table.startup_timeout_ms / 1000
}
