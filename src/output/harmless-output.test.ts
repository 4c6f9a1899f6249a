import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleItems } from '../../test/support/sample-items.ts'
import { terminalControls } from '../../test/support/terminal-controls.ts'
import type { ThreadEvent } from '../plugin-api/index.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { openLiveScreen } from './live/live-screen.ts'
import { renderLive } from './live/render-live.ts'
import { renderPlain } from './plain/render-plain.ts'
import { renderHuman } from './render-human.ts'

const usage = {
  input_tokens: 1,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 1,
  reasoning_output_tokens: 0,
}

/** A thread in which all that others say is this text. */
async function* threadOf(text: string): AsyncGenerator<ThreadEvent> {
  const context = { turn_id: text, cwd: text, model: text, model_provider: text, agent: text, security_profile: text }
  yield { type: 'thread.started', thread_id: text }
  yield { type: 'turn.started' }
  yield { type: 'turn.context', context: { ...context, approval_policy: 'never' } }
  yield { type: 'call.failed', tool: text, message: text }
  const patch = `*** Begin Patch\n*** Update File: ${text}\n*** Move to: ${text}\n@@ ${text}\n-${text}\n+${text}\n*** End Patch`
  yield { type: 'response_item', item: { type: 'custom_tool_call', name: text, input: patch, call_id: text } }
  for (const item of sampleItems(text)) {
    if (item.type === 'approval') yield { type: 'item.started', item: { ...item, status: 'requested' } }
    else if ('status' in item) yield { type: 'item.started', item: { ...item, status: 'in_progress' } }
    for (const character of text) yield { type: 'item.delta', item_id: item.id, delta: character }
    yield { type: 'item.completed', item }
  }
  yield { type: 'error', message: text }
  yield { type: 'turn.completed', usage, last_agent_message: text }
  yield { type: 'turn.failed', error: { message: text, hint: text } }
}

const common = { prompt: 'p', banner: { version: '1' }, isKept: true, resultText: terminalText, nowMs: () => 0 }

async function written(
  render: (write: (text: string) => void, events: AsyncIterable<ThreadEvent>) => AsyncIterable<ThreadEvent>,
  text: string,
): Promise<string> {
  let all = ''
  const write = (part: string) => {
    all += part
  }
  for await (const _ of render(write, threadOf(text)));
  return all
}

const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        ...['\u001b]52;c;aGk=\u0007', '\u001b]0;title\u0007', '\u001b]8;;https://x\u001b\\', '\u001b[2J', '\u009b1;1H'],
        ...[
          '\r',
          '\b',
          '\u0000',
          '\u007f',
          '\u202e',
          '\u2066',
          '\u{e0041}',
          '&#27;[2J',
          '\n',
          '\n\n',
          '`',
          '*',
          '\ud800',
        ],
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

test('whatever models, commands, files and servers say, a transcript that is not on a terminal holds no control character', async () => {
  await fc.assert(
    fc.asyncProperty(nasty, async (text) => {
      const plain = await written(
        (out, events) => renderHuman(events, { ...common, out, err: out, colour: { out: false, err: false } }),
        text,
      )
      expect(terminalControls(plain)).toEqual([])
      const coloured = await written(
        (out, events) => renderHuman(events, { ...common, out, err: out, colour: { out: true, err: true } }),
        text,
      )
      expect(terminalControls(coloured, 'looks')).toEqual([])
      const labelled = await written(
        (out, events) => renderPlain(events, { ...common, out, err: out, reader: 'terminal' }),
        text,
      )
      expect(terminalControls(labelled)).toEqual([])
    }),
    { numRuns: 100 },
  )
})

test('a live transcript is driven by our own looks and redraws alone', async () => {
  await fc.assert(
    fc.asyncProperty(nasty, async (text) => {
      const all = await written((write, events) => {
        const screen = openLiveScreen({ write, size: () => ({ columns: 60, rows: 20 }), reflows: true })
        let draw = () => {}
        const every = (_: number, act: () => void) => {
          draw = act
          return () => {}
        }
        const live = renderLive(events, { ...common, screen, out: write, colour: true, isMarkdown: true, every })
        return drawnAtEach(live, () => draw())
      }, text)
      expect(terminalControls(all, 'redraws')).toEqual([])
    }),
    { numRuns: 60 },
  )
})

async function* drawnAtEach(events: AsyncIterable<ThreadEvent>, draw: () => void): AsyncGenerator<ThreadEvent> {
  for await (const event of events) {
    draw()
    yield event
  }
}
