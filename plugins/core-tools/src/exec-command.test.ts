import { access, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type BenchOptions, openToolBench, phasesOf, type ToolBench } from '../../../test/support/tool-bench.ts'
import { tool as execCommand } from './exec-command.ts'
import { tool as writeStdin } from './write-stdin.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})
async function open(options: BenchOptions = {}): Promise<ToolBench> {
  const bench = await openToolBench([execCommand, writeStdin], options)
  benches.push(bench)
  return bench
}

test('a command is shown from its start to its end, as clients know it', async () => {
  const bench = await open()
  const { events, output } = await bench.run('exec_command', { cmd: 'echo a; echo b >&2', login: false })
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
  expect(output.output).toMatch(
    /^Chunk ID: [0-9a-f]{6}\nWall time: \d+\.\d{4} seconds\nProcess exited with code 0\nOriginal token count: 1\nOutput:\na\nb\n$/,
  )
  expect(output).toMatchObject({ structured: { exit_code: 0, output: 'a\nb\n', timed_out: false } })
})

test('a command that ends badly is failed, with its code', async () => {
  const { events, output } = await (await open()).run('exec_command', { cmd: 'exit 7' })
  expect(events.at(-1)).toMatchObject({ item: { exit_code: 7, status: 'failed', command: "/bin/bash -lc 'exit 7'" } })
  expect(output).toMatchObject({ failed: true, structured: { exit_code: 7 } })
})

test('a command that takes longer than the permissions allow is ended, and the model is told', async () => {
  const bench = await open({ permissions: () => ({ limits: { command_timeout_ms: 50 } }) })
  const { events, output } = await bench.run('exec_command', { cmd: 'sleep 30' })
  expect(output.output).toContain('A limit ended the command: it ran longer than')
  expect(events.at(-1)).toMatchObject({ item: { status: 'failed', exit_code: 124 } })
})

test('a forbidden command is a denial and no command', async () => {
  const bench = await open({ forbidden: ['touch'] })
  const { events, output } = await bench.run('exec_command', { cmd: 'true && touch x' })
  expect(phasesOf(events)).toEqual(['completed:denial'])
  expect(events[0]).toMatchObject({ item: { action: { kind: 'exec', script: 'true && touch x' } } })
  expect(output.output).toContain('touch is not wanted here')
})

test('a command that asks to leave the sandbox is refused and does not run', async () => {
  const bench = await open()
  const { output } = await bench.run('exec_command', { cmd: 'touch x', sandbox_permissions: 'require_escalated' })
  expect(output).toMatchObject({ failed: true })
  await expect(access(join(bench.workspace.path, 'x'))).rejects.toThrow()
})

test.for([
  ['the network', { network: { enabled: true } }, 'The network cannot be asked for by a command'],
  ['nothing', undefined, 'go together'],
] as const)('a command that asks for %s besides does not run', async ([, additional_permissions, why]) => {
  const bench = await open()
  const asked = { cmd: 'touch x', sandbox_permissions: 'with_additional_permissions', additional_permissions }
  expect((await bench.run('exec_command', asked)).output).toMatchObject({
    failed: true,
    output: expect.stringContaining(why),
  })
  await expect(access(join(bench.workspace.path, 'x'))).rejects.toThrow()
})

test('a command that runs beside one on a terminal gets no hold of that terminal', async () => {
  const bench = await open()
  const { output } = await bench.run('exec_command', { cmd: 'cat', login: false, tty: true, yield_time_ms: 250 })
  expect(output.output).toContain('session ID 1')
  const own = await readdir('/proc/self/fd')
  const links = await Promise.all(own.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
  expect(links.filter((link) => link.endsWith('/ptmx'))).toHaveLength(1)
  for (const tty of [false, true]) {
    const seen = await bench.run('exec_command', {
      cmd: 'readlink /proc/$$/fd/*; true',
      login: false,
      tty,
      yield_time_ms: 9000,
    })
    expect(seen.output.output).toContain('exited with code 0')
    expect(seen.output.output).not.toContain('ptmx')
  }
  await bench.run('write_stdin', { session_id: 1, chars: '\u0004' })
})

test('a command that is not over in time goes on as a session, and its end comes with a later call', async () => {
  const bench = await open({})
  const script = 'echo first; while [ ! -e go ]; do sleep 0.05; done; echo second'
  const started = await bench.run('exec_command', { cmd: script, yield_time_ms: 300 })
  expect(started.output.output).toMatch(/\nProcess running with session ID 1\n/)
  expect(started.output).toMatchObject({ structured: { session_id: 1, output: 'first\n' } })
  expect(phasesOf(started.events)).toEqual(['started:command_execution'])

  const looked = await bench.run('write_stdin', { session_id: 1, yield_time_ms: 250 })
  expect(looked.output).toMatchObject({ structured: { session_id: 1, output: '' } })
  await bench.workspace.write({ go: '' })
  const ended = await bench.run('write_stdin', { session_id: 1, yield_time_ms: 20_000 })
  expect(ended.output).toMatchObject({ structured: { exit_code: 0, output: 'second\n' } })
  expect(ended.events.at(-1)).toMatchObject({
    type: 'item.completed',
    item: { id: 'item_0', aggregated_output: 'first\nsecond\n', exit_code: 0, status: 'completed' },
  })
  const gone = await bench.run('write_stdin', { session_id: 1 })
  expect(gone.output).toMatchObject({ failed: true, output: expect.stringContaining('There is no session 1') })
})

test('what a command had printed when its call was interrupted is in its item', async () => {
  const bench = await open()
  const controller = new AbortController()
  const reason = new Error('interrupted')
  const bodies: unknown[] = []
  const read = async (): Promise<void> => {
    const call = bench.callItem('exec_command', { cmd: 'echo said; sleep 30', login: false })
    for await (const event of bench.dispatch(call, controller.signal)) {
      if (event.type === 'item.delta' && event.delta.includes('said')) controller.abort(reason)
      if ('item' in event) bodies.push(event.item)
    }
  }
  await expect(read()).rejects.toBe(reason)
  const item = { id: 'item_0', type: 'command_execution', aggregated_output: 'said\n', exit_code: null }
  expect(bodies.at(-1)).toMatchObject({ ...item, status: 'in_progress' })
  expect(bench.ledger.failAll()).toMatchObject([{ type: 'item.completed', item: { ...item, status: 'failed' } }])
})

test('a command that had printed nothing when its call was interrupted is not shown again', async () => {
  const bench = await open()
  const controller = new AbortController()
  const types: string[] = []
  const read = async (): Promise<void> => {
    const call = bench.callItem('exec_command', { cmd: 'sleep 30', login: false })
    for await (const event of bench.dispatch(call, controller.signal)) {
      types.push(event.type)
      controller.abort()
    }
  }
  await expect(read()).rejects.toThrow()
  expect(types).toEqual(['item.started'])
})

test('a session without a terminal cannot be typed to, but ended', async () => {
  const bench = await open()
  await bench.run('exec_command', { cmd: 'sleep 60', yield_time_ms: 250 })
  const typed = await bench.run('write_stdin', { session_id: 1, chars: 'x\n' })
  expect(typed.output.output).toContain('has no terminal')
  const ended = await bench.run('write_stdin', { session_id: 1, chars: '\u0003', yield_time_ms: 20_000 })
  expect(ended.output.output).toMatch(/\nProcess exited with code 1(?:30|37|43)\n/)
})

test('sessions end with their thread', async () => {
  const bench = await open()
  const { output } = await bench.run('exec_command', { cmd: 'echo $$; (sleep 61 &); sleep 60', yield_time_ms: 250 })
  const pid = Number(/Output:\n(\d+)/.exec(output.output)?.[1])
  expect(process.kill(pid, 0)).toBe(true)
  await benches.pop()?.close()
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('long output keeps its beginning and its end, and a file that read_file may read has all of it', async () => {
  const bench = await open({ permissions: () => ({ read: { allow: [], askable: [] } }) })
  const { output } = await bench.run('exec_command', { cmd: 'seq 1 100000', max_output_tokens: 200 })
  expect(output.output).toMatch(/Output:\n1\n2\n/)
  expect(output.output).toMatch(/99999\n100000\n$/)
  expect(output.output).toMatch(/Original token count: 147224\n/)
  expect(Buffer.byteLength(output.output)).toBeLessThanOrEqual(800)
  const file = /\n\.\.\. \d+ tokens omitted; read_file has all of it: (\S+) \.\.\.\n/.exec(output.output)?.[1] ?? ''
  expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(100_001)
  const reading = await bench.gate.authorize({ kind: 'read', path: file }, new AbortController().signal)
  expect(reading).toMatchObject({ outcome: 'allow', rule: 'outputs' })
})

test('a secret is in no output, no item and no file', async () => {
  const bench = await open({ secrets: ['hunter22'] })
  const script = 'for i in $(seq 1 20000); do echo line $i hunter22; done'
  const { events, output } = await bench.run('exec_command', { cmd: script, max_output_tokens: 100 })
  const file = /all of it: (\S+) /.exec(output.output)?.[1] ?? ''
  const text = await readFile(file, 'utf8')
  expect(text).toContain('line 20000')
  for (const each of [text, JSON.stringify(output), JSON.stringify(events)]) expect(each).not.toContain('hunter22')
})
