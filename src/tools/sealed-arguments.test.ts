import { expect, test } from 'vitest'
import {
  redactArguments,
  sealedStill,
  sealedText,
  withoutSealed,
  withoutSealedArguments,
  withSealedAgain,
} from './sealed-arguments.ts'

const given = { target: 'worker', message: 'gAAAA' }

test('people and hooks see that an argument is sealed, and not what stands in it', () => {
  expect(withoutSealed(given, ['message'])).toEqual({ target: 'worker', message: sealedText })
  expect(withoutSealed(given, undefined)).toBe(given)
})

test('what a hook did not touch is sealed as before, and what it wrote is not', () => {
  const renamed = { target: 'other', message: sealedText }
  expect(withSealedAgain(renamed, given, ['message'])).toEqual({ target: 'other', message: 'gAAAA' })
  const rewritten = { target: 'worker', message: 'plain' }
  expect(withSealedAgain(rewritten, given, ['message'])).toEqual(rewritten)
  expect(sealedStill(rewritten, given, ['message'])).toEqual([])
  expect(sealedStill({ ...given, target: 'other' }, given, ['message'])).toEqual(['message'])
})

test('a call of another provider is told without what is sealed, also where its arguments are cut off', () => {
  const call = { type: 'function_call', name: 'spawn_agent', call_id: 'c', provider: 'a', sealed: ['message'] } as const
  const whole = { ...call, sealed: [...call.sealed], arguments: JSON.stringify(given) }
  expect(withoutSealedArguments(whole)).toEqual({
    ...{ type: 'function_call', name: 'spawn_agent', call_id: 'c' },
    arguments: `{"target":"worker","message":"${sealedText}"}`,
  })
  expect(withoutSealedArguments({ ...whole, arguments: '{"message":"gAA' }).arguments).toBe('{}')
})

test('a secret is taken out of what is open, and sealed text stays as it came', () => {
  const redact = (text: string) => text.replaceAll('gA', '[redacted]')
  const text = JSON.stringify({ target: 'gA', message: 'gAAAA' })
  expect(redactArguments(text, ['message'], redact)).toBe('{"target":"[redacted]","message":"gAAAA"}')
})
