import type { HistoryItem, ModelRequest } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import { modelRequest } from '../../../test/support/provider-context.ts'
import { converseBody } from './converse-body.ts'

const claude = 'global.anthropic.claude-opus-5-5'
const body = (more: Partial<ModelRequest>): object => converseBody(modelRequest({ model: claude, ...more }))
const parameters = { type: 'object', properties: { path: { type: 'string' } } }
const tools = [{ type: 'function' as const, name: 'look', description: 'Looks.', parameters }]

test('a model with a cache gets marks behind what stays the same, and another gets none', () => {
  const cachePoint = { type: 'default' }
  expect(body({ tools })).toMatchObject({
    messages: [{ role: 'user', content: [{ text: 'hi' }, { cachePoint }] }],
    toolConfig: { tools: [{ toolSpec: { name: 'look', inputSchema: { json: parameters } } }, { cachePoint }] },
    inferenceConfig: { maxTokens: 32_000 },
  })
  expect(JSON.stringify(body({ tools, model: 'meta.llama4' }))).not.toContain('cachePoint')
})

test('a result has its images as bytes, and says where the call failed', () => {
  const image = { type: 'input_image' as const, image_url: 'data:image/jpg;base64,AA==' }
  const input: HistoryItem[] = [
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'look' }] },
    { type: 'function_call', name: 'look', arguments: '{"path":"a"}', call_id: '1' },
    { type: 'function_call_output', call_id: '1', output: 'a.jpg', images: [image], failed: true },
  ]
  expect(body({ input })).toMatchObject({
    messages: [
      {},
      { role: 'assistant', content: [{ toolUse: { toolUseId: '1', name: 'look', input: { path: 'a' } } }] },
      {
        content: [
          {
            toolResult: {
              toolUseId: '1',
              status: 'error',
              content: [{ text: 'a.jpg' }, { image: { format: 'jpeg', source: { bytes: 'AA==' } } }],
            },
          },
          {},
        ],
      },
    ],
  })
})

test.each([
  [claude, undefined, { thinking: { type: 'adaptive', display: 'summarized' } }],
  [claude, 'minimal', { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }],
  ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'low', { thinking: { type: 'enabled', budget_tokens: 4096 } }],
])('%s with effort %s is asked with %j', (model, effort, additionalModelRequestFields) => {
  expect(body({ model, ...(effort !== undefined && { reasoning: { effort } }) })).toMatchObject({
    additionalModelRequestFields,
  })
})

test('a model that does not think is asked for no effort', () => {
  expect(body({ model: 'amazon.nova-pro-v1:0', reasoning: { effort: 'high' } })).not.toHaveProperty(
    'additionalModelRequestFields',
  )
})

test('the schema of an answer is sent as text', () => {
  const outputSchema = { type: 'object', properties: { n: { type: 'integer', minimum: 0 } } }
  const schema = '{"type":"object","properties":{"n":{"type":"integer"}},"additionalProperties":false}'
  expect(body({ outputSchema })).toMatchObject({
    outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema } } } },
  })
})
