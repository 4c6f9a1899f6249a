import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import type { HookEvent } from '../plugin-api/hook.ts'
import { createActivator } from './activate.ts'
import { pluginHooks } from './plugin-hooks.ts'
import { createHookRunner } from './run-hooks.ts'

const place = { threadId: 't', cwd: '/' }
const call = { ...place, tool: 'shell', input: {}, callId: 'c' }
const signal = new AbortController().signal
/** Where the plugin of these tests says which hooks it has. */
const deniedBy = { name: 'guard', file: expect.stringMatching(/package\.json$/) }

/** Hooks of one plugin, each with what stands in its `run`. */
async function hooksOf(
  ...hooks: readonly { event?: HookEvent; matcher?: string; timeout_ms?: number; run?: string; text?: string }[]
) {
  const files = hooks.map(({ event = 'PreToolUse', run = '', text }, index): [string, string] => [
    `hook-${index}.mjs`,
    text ?? `export const hook = { event: '${event}', async run(payload, signal) { ${run} } }`,
  ])
  const workspace = await makeWorkspace({ files: Object.fromEntries(files), git: false })
  onTestFinished(() => workspace.remove())
  const contributions = hooks.map(({ event = 'PreToolUse', matcher, timeout_ms = 10_000 }, index) => ({
    plugin: {
      name: 'guard',
      version: '1.0.0',
      root: workspace.path,
      layer: 'builtin',
      contributes: {} as never,
    } as const, // not read here
    entry: { event, module: `./hook-${index}.mjs`, timeout_ms, ...(matcher !== undefined && { matcher }) },
  }))
  const reported: Diagnostic[] = []
  const activator = createActivator({ pluginApiUrl: 'file:///none.js' })
  const runner = createHookRunner(pluginHooks(contributions, activator), {
    report: (found) => void reported.push(found),
  })
  return { runner, reported, file: (index: number) => join(workspace.path, `hook-${index}.mjs`) }
}

test('a matcher that says shell holds for the tools that run commands', async () => {
  const { runner } = await hooksOf({ matcher: 'shell', run: "return { decision: 'deny', reason: 'no' }" })
  for (const tool of ['exec_command', 'write_stdin']) {
    expect(await runner.run('PreToolUse', { ...call, tool }, signal)).toMatchObject({ decision: 'deny' })
  }
  expect(await runner.run('PreToolUse', { ...call, tool: 'read_file' }, signal)).toEqual({})
})

test('without hooks nothing is decided', async () => {
  const { runner } = await hooksOf()
  expect(await runner.run('PreToolUse', call, signal)).toEqual({})
})

test('contexts are joined, and the first denial ends the round', async () => {
  const { runner } = await hooksOf(
    { run: "return { context: 'one' }" },
    { run: '' },
    { run: "return { decision: 'deny', reason: 'no', context: 'two' }" },
    { run: "throw new Error('never asked')" },
  )
  const answer = await runner.run('PreToolUse', call, signal)
  expect(answer).toEqual({ decision: 'deny', reason: 'no', context: 'one\n\ntwo', deniedBy })
})

test('an allowance lifts no denial', async () => {
  const { runner } = await hooksOf({ run: "return { decision: 'allow' }" }, { run: "return { decision: 'deny' }" })
  expect(await runner.run('PreToolUse', call, signal)).toEqual({ decision: 'deny', deniedBy })
})

test('a hook runs for its own event, and for tools whose whole name its matcher fits', async () => {
  const { runner } = await hooksOf(
    { matcher: 'shell|apply_.*', run: "return { context: 'matched' }" },
    { matcher: 'she', run: "return { context: 'a part' }" },
    { event: 'Stop', run: "return { context: 'stopped' }" },
  )
  expect(await runner.run('PreToolUse', call, signal)).toEqual({ context: 'matched' })
  expect(await runner.run('PreToolUse', { ...call, tool: 'read_file' }, signal)).toEqual({})
})

const failures = [
  ['throws', { run: "throw new Error('it fell over')" }, 'it fell over'],
  [
    'hangs',
    { timeout_ms: 20, run: 'await new Promise((resolve) => setTimeout(resolve, 5000).unref())' },
    'no answer within 20 ms',
  ],
  ['is not there', { text: 'export const other = {}' }, 'does not export an object "hook"'],
  ['throws while it is imported', { text: "throw new Error('early')" }, 'early'],
  ['is for another event', { text: "export const hook = { event: 'Nothing', run() {} }" }, 'is for Nothing'],
  ['answers a text', { run: "return 'deny'" }, 'it answered "deny"'],
  ['answers a decision that is none', { run: "return { decision: 'block' }" }, 'it answered {"decision":"block"}'],
  ['gives a reason that is no text', { run: "return { decision: 'deny', reason: 5 }" }, 'it answered'],
] as const

test.each(failures)('a deciding hook that %s denies', async (_, hook, says) => {
  const { runner, reported } = await hooksOf(hook)
  const answer = await runner.run('PreToolUse', call, signal)
  expect(answer).toEqual({ decision: 'deny', reason: expect.stringContaining(says), deniedBy })
  expect(reported).toEqual([])
})

test.each(failures.filter(([name]) => name !== 'is for another event'))(
  'a hook that is only told and %s is reported and passed over',
  async (_, hook, says) => {
    const { runner, reported } = await hooksOf(
      { ...hook, event: 'Stop' },
      { event: 'Stop', run: "return { context: 'c' }" },
    )
    const answer = await runner.run('Stop', { ...place, lastAgentMessage: '' }, signal)
    expect(answer).toEqual({ context: 'c', failures: [expect.stringContaining(says)] })
    expect(reported).toMatchObject([{ code: 'hook.failed', message: expect.stringContaining(says) }])
  },
)

test('who stops the turn stops its hooks: the abort passes on', async () => {
  const controller = new AbortController()
  const { runner } = await hooksOf({
    run: "signal.throwIfAborted(); await new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason)))",
  })
  const running = runner.run('PreToolUse', call, controller.signal)
  const reason = new Error('stopped')
  controller.abort(reason)
  await expect(running).rejects.toBe(reason)
})

test('a hook that does not listen holds nobody up', async () => {
  const controller = new AbortController()
  const { runner } = await hooksOf({ run: 'await new Promise(() => {})' })
  const running = runner.run('PreToolUse', call, controller.signal)
  const reason = new Error('stopped')
  controller.abort(reason)
  await expect(running).rejects.toBe(reason)
})

test('what one hook rewrites the others see, those before it too', async () => {
  const { runner } = await hooksOf(
    { run: "if (payload.input.path === '/etc/x') return { decision: 'deny', reason: 'not there' }" },
    { run: "return { input: { path: '/etc/x' } }" },
  )
  const answer = await runner.run('PreToolUse', { ...call, input: { path: 'a' } }, signal)
  expect(answer).toEqual({ decision: 'deny', reason: 'not there', deniedBy })
})

test('rewritten arguments come back with who rewrote them; the same ones are no rewriting', async () => {
  const { runner } = await hooksOf(
    { run: "return { input: { path: 'b' }, context: 'moved' }" },
    { run: 'return { input: payload.input }' },
  )
  const answer = await runner.run('PreToolUse', { ...call, input: { path: 'a' } }, signal)
  expect(answer).toEqual({ input: { path: 'b' }, context: 'moved', rewrittenBy: ['guard'] })
  expect(await runner.run('PreToolUse', { ...call, input: { path: 'b' } }, signal)).toEqual({ context: 'moved' })
})

test('hooks that do not agree on the arguments deny', async () => {
  const { runner } = await hooksOf(
    { run: "return { input: { path: 'a' } }" },
    { run: "return { input: { path: 'b' } }" },
  )
  const answer = await runner.run('PreToolUse', { ...call, input: { path: 'c' } }, signal)
  expect(answer).toEqual({ decision: 'deny', reason: expect.stringContaining('again and again'), deniedBy })
})

test('a hook changes nothing by writing into what it was given', async () => {
  const { runner } = await hooksOf({ run: "payload.input.path = '/etc/x'" })
  const input = { path: 'a' }
  expect(await runner.run('PreToolUse', { ...call, input }, signal)).toEqual({})
  expect(input).toEqual({ path: 'a' })
})

test('only a hook of PreToolUse rewrites: elsewhere that is no answer', async () => {
  const { runner } = await hooksOf({ event: 'UserPromptSubmit', run: "return { input: 'another prompt' }" })
  const answer = await runner.run('UserPromptSubmit', { ...place, prompt: 'p' }, signal)
  expect(answer).toEqual({ decision: 'deny', reason: expect.stringContaining('no decision of a hook'), deniedBy })
})
