import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { type BenchOptions, openToolBench, phasesOf, type ToolBench } from '../../../test/support/tool-bench.ts'
import { tool } from './shell.ts'
import { shellJoin } from './shell-quote.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})
async function open(options: BenchOptions = {}): Promise<ToolBench> {
  const bench = await openToolBench([tool], options)
  benches.push(bench)
  return bench
}

test('a command is shown from its start to its end, as clients know it', async () => {
  const bench = await open()
  const { events, output } = await bench.run('shell', { command: 'echo a; echo b >&2', login: false })
  expect(events[0]).toEqual({
    type: 'item.started',
    item: {
      id: 'item_0',
      type: 'command_execution',
      command: "/bin/bash -c 'echo a; echo b >&2'",
      aggregated_output: '',
      exit_code: null,
      status: 'in_progress',
    },
  })
  expect(events.at(-1)).toEqual({
    type: 'item.completed',
    item: {
      id: 'item_0',
      type: 'command_execution',
      command: "/bin/bash -c 'echo a; echo b >&2'",
      aggregated_output: 'a\nb\n',
      exit_code: 0,
      status: 'completed',
    },
  })
  const deltas = events.flatMap((event) => (event.type === 'item.delta' ? [event] : []))
  expect(deltas.every((event) => event.item_id === 'item_0')).toBe(true)
  expect(deltas.map((event) => event.delta).join('')).toBe('a\nb\n')
  expect(output.output).toMatch(/^Exit code: 0\nWall time: \d+\.\d seconds\nOutput:\na\nb\n$/)
  expect(output).toMatchObject({ structured: { exit_code: 0, output: 'a\nb\n', timed_out: false } })
})

test('a command that ends badly is failed, with its code', async () => {
  const { events, output } = await (await open()).run('shell', { command: 'exit 7' })
  expect(events.at(-1)).toMatchObject({ item: { exit_code: 7, status: 'failed', command: "/bin/bash -lc 'exit 7'" } })
  expect(output).toMatchObject({ failed: true, structured: { exit_code: 7 } })
})

test('a command that takes too long is ended, and the model is told', async () => {
  const { events, output } = await (await open()).run('shell', { command: 'sleep 30', timeout_ms: 50 })
  expect(output.output).toContain('its time was over')
  expect(events.at(-1)).toMatchObject({ item: { status: 'failed' } })
})

test('a forbidden command is a denial and no command', async () => {
  const bench = await open({ forbidden: ['touch'] })
  const { events, output } = await bench.run('shell', { command: 'true && touch x' })
  expect(phasesOf(events)).toEqual(['completed:denial'])
  expect(events[0]).toMatchObject({ item: { action: { kind: 'exec', script: 'true && touch x' } } })
  expect(output.output).toContain('touch is not wanted here')
})

test.each([
  [['/bin/bash', '-lc', 'true'], '/bin/bash -lc true'],
  [['/bin/bash', '-lc', 'echo a'], "/bin/bash -lc 'echo a'"],
  [['sh', '-c', "echo it's"], 'sh -c "echo it\'s"'],
  [['a\\b'], '"a\\\\b"'],
  [[''], "''"],
])('%j is written as %s', (words, expected) => {
  expect(shellJoin(words)).toBe(expected)
})

test('what is quoted is read back by a shell as it was', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', ' ', "'", '"', '\\', '$', '`', '!', '\n', '*', 'ä', '=', '~', '#'),
  })
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const output = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${shellJoin(words)}`], { encoding: 'utf8' })
      expect(output).toBe(words.map((each) => `${each}\0`).join(''))
    }),
    { numRuns: 50 },
  )
})
