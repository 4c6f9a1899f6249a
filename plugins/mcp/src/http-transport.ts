import type { ToolSourceContext } from 'codex-kernel/plugin-api'
import type { McpSdk } from './mcp-sdk.ts'
import type { ServerSettings } from './server-settings.ts'

/** A server over streamable HTTP. A stream that breaks off goes on from its last event. @throws Error for a variable that is not set */
export function createHttpTransport(
  url: string,
  server: ServerSettings,
  ctx: Pick<ToolSourceContext, 'env' | 'fetch'>,
  { StreamableHTTPClientTransport }: Pick<McpSdk, 'StreamableHTTPClientTransport'>,
) {
  if (!URL.canParse(url)) throw new Error(`its url is no address: ${url}`)
  const headers: Record<string, string> = { ...server.http_headers }
  for (const [header, variable] of Object.entries(server.env_http_headers)) {
    const value = ctx.env(variable)
    if (value !== undefined) headers[header] = value
  }
  if (server.bearer_token_env_var !== undefined) {
    const token = ctx.env(server.bearer_token_env_var)?.trim()
    if (!token) throw new Error(`the variable ${server.bearer_token_env_var} (bearer_token_env_var) is not set`)
    headers.authorization = `Bearer ${token}`
  }
  return new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers },
    fetch: (address, init) => ctx.fetch(String(address), init),
    reconnectionOptions: {
      initialReconnectionDelay: 250,
      maxReconnectionDelay: 5000,
      reconnectionDelayGrowFactor: 2,
      maxRetries: 4,
    },
  })
}
