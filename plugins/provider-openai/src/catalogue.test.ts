import { z } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import file from '../data/models.json' with { type: 'json' }
import { knownModel, modelsFor } from './catalogue.ts'

const rates = { input: z.number().positive(), output: z.number().positive() }
const cache = { cached_input: z.number().positive().optional(), cache_write: z.number().positive().optional() }
const price = z.strictObject({ ...rates, ...cache })
const entry = z.strictObject({
  id: z.string().min(1),
  window: z.int().min(100_000),
  output: z.int().min(10_000),
  efforts: z.array(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])),
  freeform: z.boolean().optional(),
  images: z.boolean().optional(),
  localShell: z.boolean().optional(),
  price: price.extend({ long_context: price.extend({ above_tokens: z.int().positive() }).optional() }).optional(),
})

test('every entry of the file is whole, and no id comes twice', () => {
  expect(file.models.map((each) => entry.safeParse(each).error?.message).filter(Boolean)).toEqual([])
  const ids = file.models.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(file.about.date).toMatch(/^\d{4}-\d{2}-\d{2}$/)
})

test('what is read from a cache costs less than what is sent, and long requests cost more', () => {
  for (const { price: each } of modelsFor({ id: 'openai' })) {
    if (!each) continue
    expect(each.cached_input ?? 0).toBeLessThan(each.input)
    expect(each.long_context?.input ?? Number.POSITIVE_INFINITY).toBeGreaterThan(each.input)
  }
})

test('the last entry stands for every other model and promises little', () => {
  const last = modelsFor({ id: 'openai' }).at(-1)
  expect(last).toEqual({ id: '*', contextWindow: 128_000, parallelToolCalls: true, freeformTools: false })
})

test('a dated snapshot is its model', () => {
  expect(knownModel('gpt-5.4-2026-03-05', { id: 'x' })).toEqual({
    ...knownModel('gpt-5.4', { id: 'x' }),
    id: 'gpt-5.4-2026-03-05',
  })
  expect(knownModel('gpt-5.4-2026', { id: 'x' })).toBeUndefined()
})

test('Chat Completions know neither freeform tools nor a local shell', () => {
  const chat = modelsFor({ id: 'x', wire_api: 'chat' })
  expect(chat.some(({ freeformTools, localShell }) => freeformTools || localShell)).toBe(false)
  expect(
    modelsFor({ id: 'x' })
      .filter(({ localShell }) => localShell)
      .map(({ id }) => id),
  ).toEqual(['codex-mini-latest'])
})
