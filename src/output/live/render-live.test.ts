import { expect, test } from 'vitest'
import { ShownTerminal } from '../../../test/support/shown-terminal.ts'
import type { ThreadEvent, ThreadItemBody } from '../../plugin-api/index.ts'
import { openLiveScreen } from './live-screen.ts'
import { renderLive } from './render-live.ts'

const usage = {
  input_tokens: 1200,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 34,
  reasoning_output_tokens: 0,
}
const begun: readonly ThreadEvent[] = [
  { type: 'thread.started', thread_id: '01990000-0000-7000' },
  { type: 'turn.started' },
]
const item = (type: 'item.started' | 'item.completed', body: ThreadItemBody): ThreadEvent => ({
  type,
  item: { id: 'item_1', ...body },
})
const delta = (text: string): ThreadEvent => ({ type: 'item.delta', item_id: 'item_1', delta: text })
const command = (exit_code: number | null): ThreadItemBody => ({
  type: 'command_execution',
  ...{ command: 'make', aggregated_output: 'ok', exit_code, status: exit_code === 0 ? 'completed' : 'in_progress' },
})

/** What the terminal shows behind each event, drawn then, and at the end; and what went to standard output. */
async function watched(events: readonly ThreadEvent[], { hasOut = false, isMarkdown = true } = {}) {
  const shown = new ShownTerminal(60)
  const screen = openLiveScreen({
    write: (text) => shown.write(text),
    size: () => ({ columns: shown.columns, rows: 24 }),
    reflows: true,
  })
  let draw = () => {}
  let out = ''
  const options = {
    ...{ screen, colour: false, prompt: 'p', isMarkdown, isKept: true, nowMs: () => 0 },
    ...(hasOut && {
      out: (text: string) => {
        out += text
      },
    }),
    every: (_: number, act: () => void) => {
      draw = act
      return () => {}
    },
  }
  async function* stream() {
    yield* events
  }
  const frames: string[] = []
  for await (const _ of renderLive(stream(), options)) {
    draw()
    frames.push(shown.lines.join('\n').replace(/[⠀-⣿]/g, '*'))
  }
  return { frames, end: shown.lines.join('\n').trimEnd(), out }
}

test('a message is shown as it comes: its unfinished end below, its blocks for good', async () => {
  const { frames, end } = await watched([
    ...begun,
    delta('# Ti'),
    delta('tle\n\n- a **b'),
    delta('**\n'),
    item('item.completed', { type: 'agent_message', text: '# Title\n\n- a **b**\n' }),
    { type: 'turn.completed', usage, last_agent_message: '# Title\n\n- a **b**\n' },
  ])
  expect(frames[1]).toBe('* 0.0 s  waiting for the model')
  expect(frames[2]).toBe('  # Ti\n* 0.0 s  writing')
  expect(frames[3]).toBe('\n# Title\n  - a **b\n* 0.0 s  writing')
  expect(end).toBe('\n# Title\n\n• a b\n\ntokens used: 1,234')
})

test('a command shows the end of what it says while it runs, and one line when it has ended', async () => {
  const { frames, end } = await watched([
    ...begun,
    item('item.started', command(null)),
    delta('cc a.c\n'),
    delta('\u001b[31mld\u001b[0m\ta\n'),
    item('item.completed', command(0)),
  ])
  expect(frames[2]).toBe('* 0.0 s  running make')
  expect(frames[4]).toBe('  cc a.c\n  ld    a\n* 0.0 s  running make')
  expect(end).toBe('$ make  exit 0, 0.0 s, 1 line')
})

test('what was shown of a message that breaks off stays, and the next try stands behind it', async () => {
  const { end } = await watched([
    ...begun,
    delta('Half a sen'),
    { type: 'error', message: 'Reconnecting... 1/5' },
    delta('A whole sentence.'),
    item('item.completed', { type: 'agent_message', text: 'A whole sentence.' }),
    {
      type: 'turn.completed',
      usage: { ...usage, input_tokens: 0, output_tokens: 0 },
      last_agent_message: 'A whole sentence.',
    },
  ])
  expect(end).toBe('\nHalf a sen\n\nerror: Reconnecting... 1/5\n\nA whole sentence.')
})

test('a message that a provider does not stream is shown whole, and JSON as it is', async () => {
  const text = '{"a": "**b**",\n "c": 1}'
  const events = [...begun, item('item.completed', { type: 'agent_message', text })]
  expect((await watched(events, { isMarkdown: false })).end).toBe(`\n${text}`)
})

test('the result goes to standard output too where that is another place', async () => {
  const done: ThreadEvent = { type: 'turn.completed', usage, last_agent_message: '**x**' }
  const events = [...begun, item('item.completed', { type: 'agent_message', text: '**x**' }), done]
  expect((await watched(events, { hasOut: true })).out).toBe('**x**\n')
  expect((await watched(events)).out).toBe('')
})
