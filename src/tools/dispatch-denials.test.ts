import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { completedItems, phasesOf, toolBenches } from '../../test/support/tool-bench.ts'
import { defineTool, z } from '../plugin-api/index.ts'

const open = toolBenches(afterEach)
const common = { description: '', effects: [], parallel: true } as const
const echo = defineTool({
  ...common,
  name: 'echo',
  input: z.strictObject({ text: z.string() }),
  run: async ({ text }) => ({ text }),
})
const readTool = defineTool({
  ...common,
  name: 'read',
  input: z.strictObject({ path: z.string() }),
  run: async ({ path }, ctx) => ({ text: await ctx.fs.readText(path) }),
})

test('a tool whose permission is denied does not run', async () => {
  const bench = await open([echo], { permissions: () => ({ tools: only('read') }) })
  const { events, output } = await bench.run('echo', { text: 'x' })
  expect(events).toMatchObject([
    {
      type: 'item.completed',
      item: {
        type: 'denial',
        action: { kind: 'tool', tool: 'echo' },
        layer: 'profile bench',
        file: '/bench/profile.toml',
        line: 7,
      },
    },
  ])
  expect(output).toMatchObject({ failed: true, output: expect.stringContaining('/bench/profile.toml:7') })
  expect(output.output).not.toContain('xx')
})

test('a refusal inside a tool is one denial, and the model learns what, why and what else', async () => {
  const bench = await open([readTool], {
    files: { 'secret.txt': 'hidden text' },
    permissions: (workspace) => ({ read: denying(`${workspace}/secret.txt`) }),
  })
  const { events, output } = await bench.run('read', { path: 'secret.txt' })
  expect(phasesOf(events)).toEqual(['started:tool_call', 'completed:denial', 'completed:tool_call'])
  expect(completedItems(events)[1]).toMatchObject({ status: 'failed', summary: expect.stringMatching(/^denied: /) })
  expect(output.output).toContain(`reading ${join(bench.workspace.path, 'secret.txt')}`)
  expect(output.output).toContain('Reason: ')
  expect(output.output).toContain('Instead: ')
  expect(output.output).not.toContain('hidden text')
})

test('a refusal that a tool catches is shown all the same', async () => {
  const tolerant = defineTool({
    ...common,
    name: 'tolerant',
    input: z.strictObject({}),
    run: async (_, ctx) => {
      const text = await ctx.fs.readText('secret.txt').catch(() => 'went on without')
      return { text }
    },
  })
  const bench = await open([tolerant], {
    files: { 'secret.txt': 'hidden text' },
    permissions: (workspace) => ({ read: denying(`${workspace}/secret.txt`) }),
  })
  const { events, output } = await bench.run('tolerant', {})
  expect(phasesOf(events)).toEqual(['started:tool_call', 'completed:denial', 'completed:tool_call'])
  expect(output).toMatchObject({ output: 'went on without' })
  expect(output).not.toHaveProperty('failed')
})

test('a hook that denies keeps the tool from running; one that adds context is heard', async () => {
  const denied = await open([echo], { preToolUse: { decision: 'deny', reason: 'not on a Friday' } })
  const refused = await denied.run('echo', { text: 'x' })
  expect(refused.events).toMatchObject([{ item: { type: 'denial', layer: 'hook', reason: 'not on a Friday' } }])
  expect(refused.output.output).toContain('not on a Friday')
  // Refused before the gate was asked, and told to it.
  expect(denied.audit).toMatchObject([{ outcome: 'deny', layer: 'hook', reason: 'not on a Friday' }])

  const helped = await open([echo], { preToolUse: { context: 'before' }, postToolUse: { context: 'after' } })
  expect((await helped.run('echo', { text: 'x' })).output.output).toBe('x\n\nbefore\n\nafter')
})

test('the agents that a call hands work to pass the gate', async () => {
  const asked: string[] = []
  const delegating = defineTool({
    ...common,
    name: 'delegating',
    input: z.strictObject({ agent: z.string() }),
    run: async ({ agent }, ctx) => ({ text: (await ctx.threads.run({ agent, prompt: 'go' })).text }),
  })
  const bench = await open([delegating], {
    permissions: () => ({ delegate: only('helper') }),
    delegate: async ({ agent }) => {
      asked.push(agent)
      return { threadId: 't', text: 'helped' }
    },
  })
  expect((await bench.run('delegating', { agent: 'helper' })).output.output).toBe('helped')
  expect(phasesOf((await bench.run('delegating', { agent: 'stranger' })).events)).toContain('completed:denial')
  expect(asked).toEqual(['helper'])
})

test('a write that is refused leaves no trace', async () => {
  const writing = defineTool({
    ...common,
    name: 'writing',
    input: z.strictObject({}),
    async run(_, ctx) {
      await ctx.fs.apply([
        { kind: 'add', path: 'new/allowed.txt', content: 'x' },
        { kind: 'add', path: 'refused.txt', content: 'x' },
      ])
      return { text: 'written' }
    },
  })
  const bench = await open([writing], {
    permissions: (workspace) => ({ write: denying(`${workspace}/refused.txt`) }),
  })
  await writeFile(join(bench.workspace.path, 'other.txt'), '')
  const { output } = await bench.run('writing', {})
  expect(output.output).toContain('Denied')
  await expect(access(join(bench.workspace.path, 'new'))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(access(join(bench.workspace.path, 'refused.txt'))).rejects.toMatchObject({ code: 'ENOENT' })
})

function only(name: string) {
  const rule = [{ allow: [name], deny: [] }]
  return { allow: rule, askable: rule }
}

function denying(path: string) {
  const rule = [{ allow: ['/**'], deny: [path] }]
  return { allow: rule, askable: rule }
}
