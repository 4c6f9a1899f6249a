import { expect, test } from 'vitest'
import type { Severity, ThreadEvent, Usage } from '../plugin-api/index.ts'
import { threadResult } from './thread-result.ts'

const usage: Usage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
}
const completed: ThreadEvent = { type: 'turn.completed', usage, last_agent_message: 'done' }

async function* streamOf(events: readonly ThreadEvent[]): AsyncGenerator<ThreadEvent> {
  yield* events
}

function finding(severity: Severity): ThreadEvent {
  const start = { line: 1, column: 1 }
  const range = { start, end: start }
  const body = { rule: 'r', severity, confidence: 'high', file: 'a.ts', range, message: 'm' } as const
  const rest = { cwe: [], owasp: [], flow: [], references: [], fingerprint: 'f' }
  return { type: 'item.completed', item: { id: 'item_0', type: 'finding', finding: { ...body, ...rest } } }
}

test('a turn that completed is done, with its last message', async () => {
  expect(await threadResult(streamOf([completed]), {})).toEqual({ exitCode: 0, lastMessage: 'done' })
})

test('a stream that ends without an end has failed', async () => {
  expect(await threadResult(streamOf([]), {})).toEqual({ exitCode: 1 })
})

test.each([
  ['provider.request', 1],
  ['permission.denied', 5],
  ['acme.own_code', 1],
  [undefined, 1],
])('a turn that failed with %s exits %i', async (code, exitCode) => {
  const error = { message: 'm', ...(code && { code }) }
  expect(await threadResult(streamOf([{ type: 'turn.failed', error }]), {})).toEqual({ exitCode })
})

test('an interrupted turn exits 130', async () => {
  expect(await threadResult(streamOf([{ type: 'turn.interrupted', reason: 'x' }]), {})).toEqual({ exitCode: 130 })
})

test('findings count from the asked severity on, and only where the turn completed', async () => {
  const exit = async (events: readonly ThreadEvent[], failOn?: Severity) =>
    (await threadResult(streamOf(events), failOn ? { failOn } : {})).exitCode
  expect(await exit([finding('critical'), completed])).toBe(0)
  expect(await exit([finding('medium'), completed], 'high')).toBe(0)
  expect(await exit([finding('high'), finding('low'), completed], 'high')).toBe(3)
  expect(await exit([finding('critical'), completed], 'high')).toBe(3)
  expect(await exit([finding('critical'), { type: 'turn.failed', error: { message: 'm' } }], 'high')).toBe(1)
})
