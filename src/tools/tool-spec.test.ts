import { expect, test } from 'vitest'
import { defineFreeformTool, defineTool, z } from '../plugin-api/index.ts'
import { toolSpec } from './tool-spec.ts'

const count = defineTool({
  name: 'count',
  description: 'Counts.',
  input: z.strictObject({ of: z.string().describe('What.'), limit: z.int().max(9).default(3) }),
  effects: [],
  parallel: true,
  run: async () => ({ text: '' }),
})
const patch = defineFreeformTool({
  name: 'patch',
  description: 'Patches.',
  grammar: { syntax: 'lark', definition: 'start: "x"' },
  inputProperty: 'diff',
  effects: ['write'],
  parallel: false,
  run: async () => ({ text: '' }),
})

test('a schema becomes JSON Schema as the model has to fill it in', async () => {
  expect(await toolSpec(count, { freeform: true })).toEqual({
    type: 'function',
    name: 'count',
    description: 'Counts.',
    parameters: {
      type: 'object',
      properties: {
        of: { type: 'string', description: 'What.' },
        limit: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: 9, default: 3 },
      },
      required: ['of'],
      additionalProperties: false,
    },
  })
})

test('a freeform tool keeps its grammar where the model knows such tools', async () => {
  expect(await toolSpec(patch, { freeform: true })).toEqual({
    type: 'freeform',
    name: 'patch',
    description: 'Patches.',
    grammar: { syntax: 'lark', definition: 'start: "x"' },
    inputProperty: 'diff',
  })
})

test('elsewhere it is a function of one text', async () => {
  expect(await toolSpec(patch, { freeform: false })).toMatchObject({
    type: 'function',
    parameters: {
      properties: { diff: { type: 'string', description: expect.stringContaining('start: "x"') } },
      required: ['diff'],
      additionalProperties: false,
    },
  })
})
