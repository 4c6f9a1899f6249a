import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { completedItems } from '../support/exec-case.ts'
import { lastOutput, mcpCase } from '../support/mcp-servers.ts'

/** A server over HTTP that knows a session for so many calls, and what it was asked. */
async function forgetfulServer(callsOfSession: number) {
  const asked: string[] = []
  let session = 0
  let left = 0
  const server = createServer(async (request, response) => {
    const text = (await request.toArray()).join('')
    if (request.method !== 'POST') return response.writeHead(405).end()
    const { id, method, params } = JSON.parse(text)
    const answer = (result: object) => {
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': `s${session}` })
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
    }
    if (method === 'initialize') {
      session += 1
      left = callsOfSession
      asked.push(`initialize ${request.headers['mcp-session-id'] ?? 'anew'}`)
      const { protocolVersion } = params
      return answer({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } })
    }
    if (method === 'tools/call') asked.push(`call ${request.headers['mcp-session-id']}`)
    if (method === 'tools/call' && left-- <= 0) return response.writeHead(404).end('no such session')
    if (id === undefined) return response.writeHead(202).end()
    if (method === 'tools/list') {
      const annotations = { readOnlyHint: true }
      return answer({ tools: [{ name: 'act', inputSchema: { type: 'object' }, annotations }] })
    }
    return answer({ content: [{ type: 'text', text: 'done' }] })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo // it listens on a port
  return { asked, table: `[mcp_servers.far]\nurl = "http://127.0.0.1:${port}/mcp"\n` }
}

const call = { calls: [{ name: 'mcp__far__act', arguments: {} }] }

test('a session that a server over HTTP has forgotten is begun anew, once, and the call is made', async () => {
  const { asked, table } = await forgetfulServer(1)
  const session = await mcpCase([call, call, { text: 'done' }], table)
  const result = await session.exec(['hi'])
  expect(completedItems(result, 'mcp_tool_call')).toMatchObject([{ status: 'completed' }, { status: 'completed' }])
  expect(asked).toEqual(['initialize anew', 'call s1', 'call s1', 'initialize anew', 'call s2'])
  expect(completedItems(result, 'notice').map(({ message }) => message)).toContain(
    'MCP server far: it does not know the session any more; it was connected again',
  )
})

test('a server that forgets each session at once fails the call, and is not asked for ever', async () => {
  const { asked, table } = await forgetfulServer(0)
  const session = await mcpCase([call, { text: 'done' }], table)
  const result = await session.exec(['hi'])
  expect(completedItems(result, 'mcp_tool_call')).toMatchObject([{ status: 'failed' }])
  expect(asked).toEqual(['initialize anew', 'call s1', 'initialize anew', 'call s2'])
  expect(lastOutput(session, 1)).toContain('no such session')
})
