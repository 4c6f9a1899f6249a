/** The client library: 100 ms to import, so only where a server starts. */
export async function loadMcpSdk() {
  const [client, http, types] = await Promise.all([
    import('@modelcontextprotocol/sdk/client/index.js'),
    import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
    import('@modelcontextprotocol/sdk/types.js'),
  ])
  return { ...client, ...http, ...types }
}

/** What of it is used. */
export type McpSdk = Awaited<ReturnType<typeof loadMcpSdk>>
