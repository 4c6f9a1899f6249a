import { type HistoryItem, historyTurns } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import { modelRequest } from '../../../test/support/provider-context.ts'
import { chatBody } from './chat-body.ts'
import { responsesBody } from './responses-body.ts'

const header = 'Message Type: NEW_TASK\nTask name: /root/worker\nSender: /root\nPayload:\n'
const sealed = { type: 'encrypted_content', encrypted_content: 'gAAAA' } as const
const message = (content: Extract<HistoryItem, { type: 'agent_message' }>['content']): HistoryItem => ({
  ...{ type: 'agent_message', id: 'amsg_1', author: '/root', recipient: '/root/worker', trigger_turn: true },
  content,
})
const spawn = {
  type: 'function',
  name: 'spawn_agent',
  description: 'Starts an agent.',
  namespace: { name: 'collaboration', description: 'Other agents.' },
  sealed: ['message'],
  parameters: { type: 'object', properties: { message: { type: 'string' }, name: { type: 'string' } } },
} as const
const list = { ...spawn, name: 'list_agents', sealed: [], parameters: { type: 'object', properties: {} } } as const
const read = { type: 'function', name: 'read', description: 'Reads.', parameters: { type: 'object' } } as const

test.each([
  ['with a header', [{ type: 'input_text', text: header }, sealed] as const],
  ['without one', [sealed] as const],
  ['in plain text', [{ type: 'input_text', text: `${header}Look at a.ts` }] as const],
])('a message between agents goes to the Responses API as it is, %s', (_, content) => {
  const body = responsesBody(modelRequest({ input: [message([...content])] }))
  expect(body.input).toEqual([{ type: 'agent_message', author: '/root', recipient: '/root/worker', content }])
})

test('tools of a group stand in it, the arguments that are to be sealed say so, and no other tool changes', () => {
  const body = responsesBody(modelRequest({ tools: [spawn, read, list] }))
  const { namespace: _n, sealed: _s, ...bare } = spawn
  const properties = { message: { type: 'string', encrypted: true }, name: { type: 'string' } }
  expect(body.tools).toEqual([
    {
      ...{ type: 'namespace', name: 'collaboration', description: 'Other agents.' },
      tools: [
        { ...bare, parameters: { type: 'object', properties }, strict: false },
        { ...bare, name: 'list_agents', parameters: list.parameters, strict: false },
      ],
    },
    { ...read, strict: expect.any(Boolean) },
  ])
})

test('a call is sent back with its group, and without what only this program knows of it', () => {
  const call = { type: 'function_call', name: 'spawn_agent', arguments: '{"message":"gAAAA"}', call_id: 'c' } as const
  const input = [{ ...call, namespace: 'collaboration', sealed: ['message'] }]
  expect(responsesBody(modelRequest({ input })).input).toEqual([{ ...call, namespace: 'collaboration' }])
})

test('an API without such messages is told the plain ones as text, and refused the sealed ones', () => {
  const plain = message([{ type: 'input_text', text: `${header}Look at a.ts` }])
  expect(chatBody(modelRequest({ input: [plain] })).messages).toEqual([
    { role: 'user', content: `${header}Look at a.ts` },
  ])
  expect(historyTurns([plain], []).turns).toEqual([
    { role: 'user', parts: [{ type: 'text', text: `${header}Look at a.ts` }] },
  ])
  const unreadable = expect.objectContaining({ code: 'provider.sealed' })
  expect(() => chatBody(modelRequest({ input: [message([sealed])] }))).toThrow(unreadable)
  expect(() => historyTurns([message([sealed])], [])).toThrow(unreadable)
})

test('to an API without groups the tools have their plain names, and nothing asks for a seal', () => {
  const { tools } = chatBody(modelRequest({ tools: [spawn] }))
  expect(tools?.map((tool) => (tool.type === 'function' ? tool.function.name : ''))).toEqual(['spawn_agent'])
  expect(JSON.stringify(tools)).not.toContain('encrypted')
})
