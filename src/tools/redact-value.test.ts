import { expect, test } from 'vitest'
import { redactValue } from './redact-value.ts'

const redact = (text: string) => text.replaceAll('hush', '[redacted]')

test('texts are redacted however deep, and what holds no secret stays the same', () => {
  const clean = { a: [1, 'x', null], b: { c: new Date(0) } }
  expect(redactValue(clean, redact)).toBe(clean)
  expect(redactValue({ ...clean, d: [{ e: 'a hush b' }] }, redact)).toEqual({ ...clean, d: [{ e: 'a [redacted] b' }] })
})

test('edits with a secret are left out whole', () => {
  const fix = { description: 'x', edits: [{ text: 'y' }, { text: 'hush' }] }
  expect(redactValue({ fix }, redact)).toEqual({ fix: { description: 'x', edits: [] } })
  expect(redactValue({ edits: [{ text: 'y' }] }, redact)).toEqual({ edits: [{ text: 'y' }] })
})
