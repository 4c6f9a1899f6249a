import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type BenchOptions, openToolBench, type ToolBench } from '../../test/support/tool-bench.ts'
import { defineTool, type Tool, z } from '../plugin-api/index.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})
async function open(tools: readonly Tool[], options: BenchOptions): Promise<ToolBench> {
  const bench = await openToolBench(tools, options)
  benches.push(bench)
  return bench
}

const write = defineTool({
  name: 'write',
  description: '',
  effects: ['write'],
  parallel: true,
  input: z.strictObject({ path: z.string() }),
  async run({ path }, ctx) {
    await ctx.fs.apply([{ kind: 'add', path, content: 'written' }])
    return { text: `wrote ${path}` }
  },
})
const rewriting = (input: unknown) => ({ input, rewrittenBy: ['guard'] })

test('the rewritten arguments are run with, shown and recorded, and both sides are told', async () => {
  const bench = await open([write], { preToolUse: rewriting({ path: 'b.txt' }) })
  const { events, output } = await bench.run('write', { path: 'a.txt' })
  expect(await readFile(join(bench.workspace.path, 'b.txt'), 'utf8')).toBe('written')
  await expect(access(join(bench.workspace.path, 'a.txt'))).rejects.toThrow()
  expect(events[0]).toMatchObject({
    item: { type: 'notice', message: 'The PreToolUse hook of guard rewrote the arguments of write.' },
  })
  expect(events.at(-1)).toMatchObject({ item: { type: 'tool_call', arguments: { path: 'b.txt' } } })
  expect(output.output).toContain('write ran with: {"path":"b.txt"}')
  expect(JSON.stringify(bench.audit)).toContain('b.txt')
  expect(JSON.stringify(bench.audit)).not.toContain('a.txt')
})

test('a rewritten path goes through the gate: what is not allowed is not written', async () => {
  const bench = await open([write], {
    files: { 'outside.txt': 'as it was', 'in/b.txt': '' },
    preToolUse: rewriting({ path: 'outside.txt' }),
    permissions: (workspace) => {
      const rule = [{ allow: [join(workspace, 'in')], deny: [] }]
      return { write: { allow: rule, askable: rule } }
    },
  })
  const { events, output } = await bench.run('write', { path: 'in/a.txt' })
  expect(await readFile(join(bench.workspace.path, 'outside.txt'), 'utf8')).toBe('as it was')
  expect(events).toContainEqual(expect.objectContaining({ item: expect.objectContaining({ type: 'denial' }) }))
  expect(output).toMatchObject({ failed: true })
})

test('arguments that the tool does not take deny the call', async () => {
  const bench = await open([write], { preToolUse: rewriting({ file: 'a.txt' }) })
  const { events } = await bench.run('write', { path: 'a.txt' })
  expect(events).toMatchObject([
    {
      item: {
        type: 'denial',
        layer: 'hook',
        reason: expect.stringMatching(/into what the tool does not take: .*path/),
      },
    },
  ])
  expect(bench.audit).toMatchObject([{ type: 'decision', outcome: 'deny', layer: 'hook' }])
  await expect(access(join(bench.workspace.path, 'a.txt'))).rejects.toThrow()
})
