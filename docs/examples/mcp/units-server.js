// An MCP server over streamable HTTP, with sessions and a token: `UNITS_TOKEN=secret node units-server.js [PORT]`
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { z } from 'zod'

const kilometres = { mile: 1.609344, league: 4.828032, furlong: 0.201168 }
const token = process.env.UNITS_TOKEN
/** One for each client, by the id of its session. */
const transports = new Map()

function unitsServer() {
  const server = new McpServer({ name: 'units', version: '1.0.0' })
  server.registerTool(
    'to_kilometres',
    {
      description: 'Converts an old length into kilometres.',
      inputSchema: { amount: z.number(), unit: z.enum(['mile', 'league', 'furlong']) },
      outputSchema: { kilometres: z.number() },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ amount, unit }) => {
      const structuredContent = { kilometres: amount * kilometres[unit] }
      return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent }
    },
  )
  return server
}

async function openSession() {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    onsessioninitialized: (id) => void transports.set(id, transport),
    onsessionclosed: (id) => void transports.delete(id),
  })
  await unitsServer().connect(transport)
  return transport
}

const http = createServer(async (request, response) => {
  if (token && request.headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end('no token')
  const id = request.headers['mcp-session-id']
  const known = transports.get(id)
  if (id && !known) return response.writeHead(404).end('no such session')
  await (known ?? (await openSession())).handleRequest(request, response)
})
http.listen(Number(process.argv[2] ?? 3333), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${http.address().port}/mcp`)
})
