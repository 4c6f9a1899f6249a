import { expect, test } from 'vitest'
import type { ThreadEvent, ThreadItemBody } from '../plugin-api/index.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { renderHuman } from './render-human.ts'

const usage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
}
const done = (item: ThreadItemBody): ThreadEvent => ({ type: 'item.completed', item: { id: 'item_0', ...item } })
const says = (text: string) => done({ type: 'agent_message', text })
const completed = (text: string): ThreadEvent => ({ type: 'turn.completed', usage, last_agent_message: text })
const plan = done({ type: 'todo_list', items: [{ text: 'look', completed: true }] })

async function shown(events: readonly ThreadEvent[]): Promise<{ out: string; err: string }> {
  async function* stream() {
    yield* events
  }
  const text = { out: '', err: '' }
  const options = {
    prompt: 'p',
    isKept: true,
    resultText: terminalText,
    nowMs: () => 0,
    colour: { out: false, err: false },
    out: (part: string) => {
      text.out += part
    },
    err: (part: string) => {
      text.err += part
    },
  }
  for await (const _ of renderHuman(stream(), options));
  return text
}

test('the last message is the result; those before it stand in the transcript', async () => {
  const events = [says('first'), done({ type: 'reasoning', text: 'thought' }), says('last'), plan, completed('last')]
  expect(await shown(events)).toEqual({ out: 'last\n', err: 'first\nthought\n[x] look\n' })
})

test.each(['notice', 'error'] as const)(
  'a warning (%s) behind the last message does not make it stand in the transcript too',
  async (type) => {
    const warning = done({ type, message: 'nearly spent' })
    const { out, err } = await shown([says('answer'), warning, completed('answer')])
    expect(out).toBe('answer\n')
    expect(err).toContain('nearly spent')
    expect(err).not.toContain('answer')
  },
)

test('a message of a turn that did not complete is not lost', async () => {
  const failed: ThreadEvent = {
    type: 'turn.failed',
    error: { message: 'broken', hint: 'mend it', code: 'tool.failed' },
  }
  expect(await shown([says('so far'), { type: 'error', message: 'broken' }, failed])).toEqual({
    out: '',
    err: 'so far\nerror: broken\nhint: mend it\ncode: tool.failed\n',
  })
  expect(await shown([says('so far'), { type: 'turn.interrupted', reason: 'x' }])).toEqual({
    out: '',
    err: 'so far\ninterrupted\n',
  })
})

test('findings that the result does not name by file and line stand behind it, the first twenty, and say how many more', async () => {
  const found = (line: number, severity: 'high' | 'low' = 'high') =>
    done({
      type: 'finding',
      finding: {
        ...{ rule: 'r', severity, confidence: 'high', message: 'm', file: 'a.ts', fingerprint: `${line}` },
        range: { start: { line, column: 3 }, end: { line, column: 4 } },
        ...{ cwe: [], owasp: [], flow: [], references: [] },
      },
    })
  const named = await shown([found(7), says('see a.ts:7'), completed('see a.ts:7')])
  expect(named.out).toBe('see a.ts:7\n')
  const many = Array.from({ length: 25 }, (_, index) => found(index + 1))
  const { out } = await shown([...many, says('done'), completed('done')])
  const lines = out.trimEnd().split('\n')
  expect(lines.slice(0, 4)).toEqual(['done', '', 'Found, and not named above:', 'high a.ts:1:3 m [r]'])
  expect(lines.at(-1)).toBe('… and 5 more; --findings FILE writes all of them')
  expect(lines).toHaveLength(24)
  expect((await shown([found(1), completed('')])).out).toBe('high a.ts:1:3 m [r]\n')
  const light = await shown([found(1, 'low'), says('done'), completed('done')])
  expect(light.out).toBe('done\n\nNot named above: 1 more; --findings FILE writes all of them\n')
})

test('a budget is nearly spent below its limit, and spent at it', async () => {
  const warning = (used: number) => done({ type: 'budget_warning', scope: 'run', measure: 'tokens', used, limit: 1000 })
  const { err } = await shown([warning(900), warning(1100)])
  expect(err).toContain('The budget of the run is nearly spent: 900 tokens of 1,000 tokens.')
  expect(err).toContain('The budget of the run is spent: 1,100 tokens of 1,000 tokens.')
})

test('a call of a server that failed says why', async () => {
  const call = { server: 's', tool: 't', arguments: {}, result: null }
  const { err } = await shown([
    done({ type: 'mcp_tool_call', ...call, error: { message: 'no such note' }, status: 'failed' }),
    done({ type: 'mcp_tool_call', ...call, error: null, status: 'completed' }),
  ])
  expect(err).toBe('s.t failed: no such note\ns.t completed\n')
})

test('a denied call is told with its reason once', async () => {
  const denial = {
    action: { kind: 'tool', tool: 'web_fetch' },
    reason: 'no network',
    layer: 'profile',
    rule: 'x',
  } as const
  const { err } = await shown([
    done({ type: 'denial', ...denial }),
    done({ type: 'tool_call', tool: 'web_fetch', arguments: {}, status: 'failed', summary: 'denied: no network' }),
  ])
  expect(err).toBe('denied no network [profile]\nweb_fetch denied\n')
})

test('a call that did nothing leaves a trace', async () => {
  const { err } = await shown([{ type: 'call.failed', tool: 'nonsense', message: 'there is no\u001b[2J such tool' }])
  expect(err).toBe('failed nonsense: there is no\\x1b[2J such tool\n')
})
