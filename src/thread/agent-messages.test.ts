import { expect, test } from 'vitest'
import { collect } from '../../test/support/collect.ts'
import { providerContext } from '../../test/support/provider-context.ts'
import type { HistoryItem, Provider, ThreadEvent } from '../plugin-api/index.ts'
import { createValueRedactor } from '../security/redact.ts'
import { requestOf } from './ask-model.ts'
import { compactedHistory, summaryInput } from './compact-history.ts'
import { noUsage } from './no-usage.ts'
import { planCompaction } from './plan-compaction.ts'
import { withoutSeal } from './recording/turn-to-data.ts'
import { redactEvents } from './redact-events.ts'
import { parseRolloutLine, type RolloutLine, rolloutPayloads } from './rollout-lines.ts'
import { threadOfLines } from './thread-record.ts'

const marker = 'gAAAAABsealed'
const header = 'Message Type: NEW_TASK\nTask name: /root/worker\nSender: /root\nPayload:\n'
const sealed: HistoryItem = {
  ...{ type: 'agent_message', author: '/root', recipient: '/root/worker', trigger_turn: true, provider: 'openai' },
  content: [
    { type: 'input_text', text: header },
    { type: 'encrypted_content', encrypted_content: marker },
  ],
}
const call: HistoryItem = {
  ...{ type: 'function_call', name: 'spawn_agent', namespace: 'collaboration', call_id: 'c', provider: 'openai' },
  ...{ arguments: JSON.stringify({ task_name: 'worker', message: marker }), sealed: ['message'] },
}
const output: HistoryItem = { type: 'function_call_output', call_id: 'c', output: '{}' }
const told = (text: string): HistoryItem => ({
  ...{ type: 'agent_message', author: '/root/worker', recipient: '/root', trigger_turn: false },
  content: [{ type: 'input_text', text }],
})

const meta = { id: 't', timestamp: '', cwd: '/w', originator: '', cli_version: '', source: '', model_provider: '' }
const line = (type: string, payload: object) => parseRolloutLine(JSON.stringify({ type, payload }))
const first = line('session_meta', meta)
const kept = (item: HistoryItem): readonly (RolloutLine | undefined)[] =>
  rolloutPayloads({ type: 'response_item', item }, 'u').map(({ type, payload }) => line(type, payload))

test('what is said of a message stands on a line before it, and both are one item again', () => {
  const lines = kept(sealed)
  expect(lines.map((each) => each?.type)).toEqual(['inter_agent_communication_metadata', 'response_item'])
  expect(lines[0]?.payload).toEqual({ trigger_turn: true })
  expect(lines[1]?.payload).not.toHaveProperty('trigger_turn')
  const record = threadOfLines([first, ...lines, ...kept(call), ...kept(output)])
  expect(record?.history).toEqual([sealed, call, output])
  expect(record?.passedOver.unknown).toEqual(new Map())
})

test('records of the real Codex are read with their messages, on one line or on two', () => {
  const { provider: _p, trigger_turn: _t, ...bare } = sealed
  const short = { author: '/root', recipient: '/root/worker', other_recipients: [], content: '', trigger_turn: true }
  const { provider: _q, sealed: _s, ...bareCall } = call
  const record = threadOfLines([
    first,
    line('inter_agent_communication_metadata', { trigger_turn: false }),
    line('response_item', bare),
    line('inter_agent_communication', { ...short, encrypted_content: marker }),
    line('response_item', bareCall),
    line('response_item', output),
  ])
  const [two, one, itsCall] = record?.history ?? []
  expect(two).toEqual({ ...bare, trigger_turn: false })
  const content = [{ type: 'encrypted_content', encrypted_content: marker }]
  expect(one).toMatchObject({ type: 'agent_message', author: '/root', trigger_turn: true, content })
  expect(itsCall).toEqual({ ...bareCall, sealed: ['message'] })
  expect(record?.passedOver.unknown).toEqual(new Map())
})

const provider: Provider = {
  id: 'openai',
  models: async () => [],
  async *stream() {
    yield { type: 'completed', usage: noUsage }
  },
}
const asked = (id: string, history: readonly HistoryItem[]) => {
  const { settings, ...context } = providerContext()
  const turn = { ...{ threadId: 't', turnId: 'u', cwd: '/w', history, input: [], stages: [], usageBefore: noUsage } }
  return requestOf(
    { ...turn, task: { prompt: 'p', paths: [] } },
    {
      ...{ provider, context: { ...context, settings: { ...settings, id } } },
      ...{ model: 'm', modelInfo: { id: 'm' }, freeformTools: false },
    },
    history,
    [],
  ).input
}

test('the provider that sealed a message gets it back, and another one is asked nothing', () => {
  expect(JSON.stringify(asked('openai', [sealed, call, output])).split(marker)).toHaveLength(3)
  expect(() => asked('other', [sealed])).toThrow(
    expect.objectContaining({ code: 'provider.sealed', message: expect.stringContaining('openai') }),
  )
})

test('another provider is told that something was said, and not the sealed text of the call', () => {
  const text = JSON.stringify(asked('other', [call, output, told('Done.')]))
  expect(text).not.toContain(marker)
  expect(text).toContain('[sealed]')
  expect(text).toContain('Done.')
})

test('a compaction keeps tasks and sealed messages word for word and writes no sealed text into its request', () => {
  const note: HistoryItem = { ...sealed, trigger_turn: false }
  const filler = Array.from({ length: 9 }, (_, index): HistoryItem => told(`${index}`.repeat(900)))
  const plan = planCompaction([sealed, call, output, note, ...filler], 400)
  if (!plan) throw new Error('nothing to compact')
  const request = JSON.stringify(summaryInput(plan, { roomBytes: 100_000 }))
  expect(request).not.toContain(marker)
  expect(request).toContain('[message of agent /root/worker]')
  const after = compactedHistory(plan, 'So far.', '/w')
  expect(after.filter((item) => item === sealed || item === note)).toEqual([sealed, note])
})

test('redaction leaves sealed text as it came, also where a secret is a part of it', async () => {
  const events = [sealed, call].map((item): ThreadEvent => ({ type: 'response_item', item }))
  async function* stream() {
    yield* events
  }
  const shown = await collect(redactEvents(stream(), createValueRedactor({}, [marker])))
  expect(shown).toEqual(events)
})

test('a recording holds no sealed text', () => {
  expect(JSON.stringify([sealed, call].map(withoutSeal))).not.toContain(marker)
})
