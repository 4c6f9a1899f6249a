import { z } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import file from '../data/models.json' with { type: 'json' }
import { knownModels, modelFacts } from './catalogue.ts'

const price = z.strictObject({
  input: z.number().positive(),
  cached_input: z.number().positive().optional(),
  cache_write: z.number().positive().optional(),
  output: z.number().positive(),
})
const entry = z.strictObject({
  id: z.string().regex(/^[a-z]+\./),
  name: z.string(),
  profiles: z.array(z.enum(['global', 'us', 'eu'])),
  window: z.int().min(100_000),
  output: z.int().min(4000),
  efforts: z.array(z.enum(['low', 'medium', 'high', 'xhigh', 'max'])),
  images: z.boolean().optional(),
  thinking: z.enum(['adaptive', 'budget']).optional(),
  display: z.boolean().optional(),
  price: price.extend({ long_context: price.extend({ above_tokens: z.int() }).optional() }),
})

test('every entry of the file is whole, and no id comes twice', () => {
  expect(file.models.map((each) => entry.safeParse(each).error?.message).filter(Boolean)).toEqual([])
  const ids = knownModels().map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.at(-1)).toBe('*')
})

test('a Claude model costs a tenth more by a regional profile', () => {
  const priceOf = (id: string) => knownModels().find((each) => each.id === id)?.price
  expect(priceOf('global.anthropic.claude-haiku-5-5')).toMatchObject({
    input: 0.1,
    long_context: { above_tokens: 100_000 },
  })
  expect(priceOf('eu.anthropic.claude-haiku-5-5')).toMatchObject({
    input: 0.11,
    long_context: { above_tokens: 100_000, input: 0.55 },
  })
  expect(priceOf('us.amazon.nova-pro-v1:0')).toMatchObject({ input: 0.8 })
})

test('a model is known by its id, by any profile and by its ARN', () => {
  const arn = 'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-5-5'
  for (const id of ['anthropic.claude-sonnet-5-5', 'jp.anthropic.claude-sonnet-5-5', arn]) {
    expect(modelFacts(id)).toMatchObject({ thinking: 'adaptive', hasCache: true })
  }
  expect(modelFacts('meta.llama4')).toEqual({ hasDisplay: false, efforts: [], maxOutputTokens: 8192, hasCache: false })
})
