import { z } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import { isStrictSchema } from './strict-schema.ts'

test('closed objects with every property required are strict, at any depth', () => {
  const inner = z.strictObject({ name: z.string(), kind: z.enum(['a', 'b']).nullable() })
  expect(isStrictSchema(z.toJSONSchema(z.strictObject({ list: z.array(inner), flag: z.boolean() })))).toBe(true)
})

test.each([
  ['an optional property', z.strictObject({ a: z.string().optional() })],
  ['an open object', z.looseObject({ a: z.string() })],
  ['an optional property further in', z.strictObject({ a: z.array(z.strictObject({ b: z.string().optional() })) })],
  ['a keyword of another kind', z.strictObject({ a: z.string().min(3) })],
  ['a map', z.strictObject({ a: z.record(z.string(), z.string()) })],
])('%s is not strict', (_, schema) => {
  expect(isStrictSchema(z.toJSONSchema(schema, { io: 'input' }))).toBe(false)
})
