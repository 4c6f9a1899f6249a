import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { completedItems, execCase, inputOf, jsonLines, userTexts } from '../support/exec-case.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { sentBody } from '../support/scripted-session.ts'

const tooLong: ModelTurn = { failure: { kind: 'failed', code: 'context_length_exceeded', message: 'too long' } }
const usage = { input: 100, cached: 40, output: 10, reasoning: 5 }
const files = {
  'AGENTS.md': 'Answer in British English.',
  'a.txt': 'apple pie\n'.repeat(480),
  'b.txt': 'berry pie\n'.repeat(480),
}
const read = (path: string): ModelTurn => ({ calls: [{ name: 'read_file', arguments: { path } }], usage })
const summary = 'SUMMARY: a.txt is about apples.'

/** Two files are read, then the history does not fit. */
const untilFull: readonly ModelTurn[] = [read('a.txt'), read('b.txt'), tooLong]

test('a full context is summarised once and the turn goes on, with instructions, prompt and newest items as they were', async () => {
  const { exec, server, rollouts } = await execCase(
    [...untilFull, { text: summary, usage }, { text: 'Done.', usage }, { text: 'Again.', usage }],
    { files, config: 'developer_instructions = "Be kind."' },
  )
  const first = await exec(['compare the files'])
  expect(first.exitCode).toBe(0)
  expect(completedItems(first, 'agent_message').map(({ text }) => text)).toEqual(['Done.'])
  expect(completedItems(first, 'context_compaction')).toMatchObject([{ summary, replaced_items: 2 }])

  const asked = sentBody(server, 3)
  expect(asked.tools).toEqual([])
  expect(JSON.stringify(asked.input)).toContain('apple pie')
  const [before, after] = [inputOf(sentBody(server, 2)), inputOf(sentBody(server, 4))]
  const isInstruction = (item: unknown) => /"role":"developer"|AGENTS\.md instructions/.test(JSON.stringify(item))
  expect(after.filter(isInstruction)).toEqual(before.filter(isInstruction))
  expect(JSON.stringify(after)).toContain('Answer in British English.')
  expect(userTexts(sentBody(server, 4))).toContain('compare the files')
  expect(after.slice(-2)).toEqual(before.slice(-2))
  const text = JSON.stringify(after)
  expect(text).toContain(summary)
  expect(text).not.toContain('apple pie')
  expect(sentBody(server, 4).tools).not.toEqual([])

  // What the summary took counts, and resuming goes on from the shorter history.
  expect(first.events.at(-1)?.usage).toEqual({
    ...{ input_tokens: 400, cached_input_tokens: 160, cache_write_input_tokens: 0 },
    ...{ output_tokens: 40, reasoning_output_tokens: 20 },
  })
  const [file = ''] = await rollouts()
  const lines = jsonLines(await readFile(file, 'utf8'))
  expect(lines.filter(({ type }) => type === 'compacted')).toMatchObject([
    { payload: { message: summary, replacement_history: expect.any(Array) } },
  ])
  const second = await exec(['resume', String(first.events[0]?.thread_id), 'and again'])
  const resumed = inputOf(sentBody(server, 5))
  expect(resumed.slice(0, after.length)).toEqual(after)
  expect(userTexts(sentBody(server, 5)).at(-1)).toBe('and again')
  expect(second.events.at(-1)?.usage).toMatchObject({ input_tokens: 500, output_tokens: 50 })
})

test('a context that is full a second time in a turn fails it, and says what to do', async () => {
  const { exec, server } = await execCase([...untilFull, { text: summary }, tooLong], { files })
  const { exitCode, events } = await exec(['compare the files'])
  expect(exitCode).toBe(1)
  const { error } = events.at(-1) as { error?: { code?: string; hint?: string } } // of turn.failed
  expect(error).toMatchObject({ code: 'provider.context_length', hint: expect.stringContaining('larger window') })
  expect(server.requests).toHaveLength(5)
})

test('a model whose window is small is never given an output that alone would fill it', async () => {
  const { exec, server } = await execCase([read('a.txt'), { text: 'Done.' }], {
    files: { 'a.txt': 'apple pie\n'.repeat(3_000) },
  })
  expect((await exec(['-c', 'model_context_window=4000', 'read it'])).exitCode).toBe(0)
  const output = JSON.stringify(inputOf(sentBody(server, 1)).at(-1))
  expect(output).toContain('tokens omitted')
  expect(output.length).toBeLessThan(5_000)
})

test('a server that holds so much and no more is worked with to the end', async () => {
  const names = Array.from({ length: 6 }, (_, index) => `f${index}.txt`)
  const contents = Object.fromEntries(names.map((name) => [name, `${name} text\n`.repeat(600)]))
  let next = 0
  const { exec } = await execCase(
    Array.from({ length: 20 }, () => (request: { readonly body: Record<string, unknown> }): ModelTurn => {
      if (JSON.stringify(request.body.input).length > 40_000) return tooLong
      if (Array.isArray(request.body.tools) && request.body.tools.length === 0) return { text: summary }
      const name = names[next++]
      return name === undefined ? { text: 'All read.' } : read(name)
    }),
    { files: contents },
  )
  const result = await exec(['-c', 'model_context_window=10000', 'read all'])
  expect(completedItems(result, 'agent_message').map(({ text }) => text)).toEqual(['All read.'])
  expect(completedItems(result, 'tool_call')).toHaveLength(6)
  expect(completedItems(result, 'context_compaction')).toHaveLength(1)
})

test('a history that nearly fills the window gives way before it is sent, as often as it takes', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `f${index}.txt`)
  const contents = Object.fromEntries(names.map((name) => [name, `${name} text\n`.repeat(600)]))
  let next = 0
  // The server counts what it is sent, four bytes a token, and never has to say no.
  const { exec, server, rollouts } = await execCase(
    Array.from({ length: 40 }, () => (request: { readonly body: Record<string, unknown> }): ModelTurn => {
      const input = Math.ceil(JSON.stringify(request.body.input).length / 4)
      if (input > 12_000) return tooLong
      if (Array.isArray(request.body.tools) && request.body.tools.length === 0) return { text: summary }
      const name = names[next++]
      return { ...(name === undefined ? { text: 'All read.' } : read(name)), usage: { input, output: 10 } }
    }),
    { files: contents },
  )
  const result = await exec([
    '-c',
    'model_auto_compact_token_limit=8000',
    '-c',
    'model_context_window=12000',
    'read all',
  ])
  expect(completedItems(result, 'agent_message').map(({ text }) => text)).toEqual(['All read.'])
  expect(completedItems(result, 'tool_call')).toHaveLength(12)
  const compactions = completedItems(result, 'context_compaction').length
  expect(compactions).toBeGreaterThan(1)
  expect(server.requests).toHaveLength(13 + compactions)
  const [file = ''] = await rollouts()
  const lines = jsonLines(await readFile(file, 'utf8'))
  expect(lines.filter(({ type }) => type === 'compacted')).toHaveLength(compactions)
})

test('a history that a summary does not bring below the limit is not summarised again and again', async () => {
  let next = 0
  const { exec } = await execCase(
    Array.from({ length: 9 }, () => (request: { readonly body: Record<string, unknown> }): ModelTurn => {
      if (Array.isArray(request.body.tools) && request.body.tools.length === 0) return { text: summary, usage }
      next += 1
      return next > 5 ? { text: 'Done.', usage } : read(next % 2 ? 'a.txt' : 'b.txt')
    }),
    { files },
  )
  const result = await exec(['-c', 'model_auto_compact_token_limit=1', 'look'])
  expect(completedItems(result, 'agent_message').map(({ text }) => text)).toEqual(['Done.'])
  expect(completedItems(result, 'context_compaction')).toHaveLength(1)
})
