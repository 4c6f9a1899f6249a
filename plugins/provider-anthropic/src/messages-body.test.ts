import type { HistoryItem, ModelRequest } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import { modelRequest } from '../../../test/support/provider-context.ts'
import { messagesBody } from './messages-body.ts'

const say = (role: 'developer' | 'user' | 'assistant', text: string): HistoryItem => ({
  type: 'message',
  role,
  content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text }],
})
const body = (more: Partial<ModelRequest>) => messagesBody(modelRequest({ model: 'claude-opus-5-5', ...more })) as Body // as the API has it
interface Body {
  readonly max_tokens: number
  readonly messages: readonly { readonly role: string; readonly content: readonly Record<string, unknown>[] }[]
  readonly [key: string]: unknown
}
const mark = { cache_control: { type: 'ephemeral' } }
const tool = (name: string) => ({ type: 'function' as const, name, description: name, parameters: { type: 'object' } })

test('the stable part comes first and is marked, and so are the last two turns of the user', () => {
  const input = [
    say('developer', 'Be brief.'),
    say('user', 'a'),
    say('assistant', 'b'),
    say('user', 'c'),
    say('assistant', 'd'),
    say('user', 'e'),
  ]
  const { tools, system, messages } = body({ input, tools: [tool('x'), tool('y')] })
  expect(tools).toMatchObject([{ name: 'x' }, { name: 'y', ...mark }])
  expect(tools).not.toMatchObject([mark, {}])
  expect(system).toEqual([{ type: 'text', text: 'Be brief.', ...mark }])
  expect(messages.map(({ content }) => 'cache_control' in (content.at(-1) ?? {}))).toEqual([
    false,
    false,
    true,
    false,
    true,
  ])
  expect(JSON.stringify(body({ input })).match(/cache_control/g)?.length).toBeLessThanOrEqual(4)
})

test('a result has its images as parts, and says where the call failed', () => {
  const image = { type: 'input_image' as const, image_url: 'data:image/png;base64,AA==' }
  const input: HistoryItem[] = [
    say('user', 'look'),
    { type: 'function_call', name: 'view_image', arguments: '{"path":"a"}', call_id: 'call:1' },
    { type: 'function_call_output', call_id: 'call:1', output: 'a.png', images: [image], failed: true },
  ]
  expect(body({ input }).messages.slice(1)).toMatchObject([
    { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', input: { path: 'a' } }] },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'call_1',
          is_error: true,
          content: [{ text: 'a.png' }, { source: { type: 'base64', media_type: 'image/png', data: 'AA==' } }],
        },
      ],
    },
  ])
})

test('redacted thinking goes back as data, and unsealed reasoning not at all', () => {
  const own = { summary: [], model: 'claude-opus-5-5' }
  const input: HistoryItem[] = [
    say('user', 'hi'),
    { type: 'reasoning', ...own, encrypted_content: 'data-1', redacted: true },
    { type: 'reasoning', ...own },
    say('assistant', 'ok'),
    say('user', 'more'),
  ]
  expect(body({ input }).messages[1]?.content).toMatchObject([
    { type: 'redacted_thinking', data: 'data-1' },
    { type: 'text' },
  ])
})

test.each([
  ['claude-opus-5-5', undefined, { thinking: { type: 'adaptive', display: 'summarized' } }],
  ['claude-opus-5-5', 'none', { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }],
  ['claude-sonnet-5-5', 'none', { thinking: { type: 'disabled' } }],
  ['claude-opus-4-6', 'xhigh', { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }],
  ['claude-haiku-4-5', 'medium', { thinking: { type: 'enabled', budget_tokens: 10_240 } }],
  ['claude-next', 'max', { output_config: { effort: 'max' } }],
])('%s with effort %s is asked with %j', (model, effort, expected) => {
  expect(body({ model, ...(effort !== undefined && { reasoning: { effort } }) })).toMatchObject(expected)
})

test('a model with a budget does not begin to think between a call and its result', () => {
  const input: HistoryItem[] = [
    say('user', 'hi'),
    { type: 'function_call', name: 'look', arguments: '{}', call_id: '1' },
    { type: 'function_call_output', call_id: '1', output: 'seen' },
  ]
  expect(body({ model: 'claude-haiku-4-5', reasoning: { effort: 'high' }, input })).not.toHaveProperty('thinking')
})

test('an answer may be as long as the model can, within what small windows bear', () => {
  expect(body({}).max_tokens).toBe(64_000)
  expect(body({ model: 'claude-haiku-4-5' }).max_tokens).toBe(32_000)
  expect(body({ model: 'other', modelInfo: { id: 'other', maxOutputTokens: 4096 } }).max_tokens).toBe(4096)
})
