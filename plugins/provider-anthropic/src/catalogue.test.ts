import { z } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import file from '../data/models.json' with { type: 'json' }
import { knownModel, knownModels } from './catalogue.ts'

const rates = {
  input: z.number().positive(),
  cached_input: z.number().positive(),
  cache_write: z.number().positive(),
  output: z.number().positive(),
}
const entry = z.strictObject({
  id: z.string().regex(/^claude-/),
  name: z.string(),
  window: z.int().min(100_000),
  output: z.int().min(10_000),
  thinking: z.enum(['always', 'adaptive', 'budget']),
  display: z.boolean().optional(),
  efforts: z.array(z.enum(['low', 'medium', 'high', 'xhigh', 'max'])).min(1),
  price: z.strictObject({
    ...rates,
    long_context: z.strictObject({ ...rates, above_tokens: z.int().positive() }).optional(),
  }),
})

test('every entry of the file is whole, and no id comes twice', () => {
  expect(file.models.map((each) => entry.safeParse(each).error?.message).filter(Boolean)).toEqual([])
  expect(new Set(file.models.map(({ id }) => id)).size).toBe(file.models.length)
  expect(file.about.date).toMatch(/^\d{4}-\d{2}-\d{2}$/)
})

test('the last entry stands for every other model, and a dated id is its model', () => {
  expect(knownModels().at(-1)).toMatchObject({ id: '*', contextWindow: 200_000 })
  expect(knownModel('claude-haiku-4-5-20251001')).toMatchObject({ contextWindow: 200_000, price: { input: 1 } })
  expect(knownModel('claude-next')).toBeUndefined()
})
