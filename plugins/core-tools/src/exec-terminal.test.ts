import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { type BenchOptions, linuxSandbox, openToolBench, type ToolBench } from '../../../test/support/tool-bench.ts'
import { tool as execCommand } from './exec-command.ts'
import { tool as writeStdin } from './write-stdin.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})
async function open(options: BenchOptions = {}) {
  const bench = await openToolBench([execCommand, writeStdin], options)
  benches.push(bench)
  const shownBy = async (tool: string, input: object) => (await bench.run(tool, input)).output.output
  return {
    bench,
    start: (cmd: string, more: object = {}) => shownBy('exec_command', { cmd, tty: true, login: false, ...more }),
    type: (chars: string, more: object = {}) => shownBy('write_stdin', { session_id: 1, chars, ...more }),
    /** Looks until a text is shown; all that was shown on the way. */
    async until(text: string, shown = '') {
      let all = shown
      for (let looks = 0; !all.includes(text) && looks < 40; looks += 1) {
        all += await shownBy('write_stdin', { session_id: 1, yield_time_ms: 250 })
      }
      expect(all).toContain(text)
      return all
    },
  }
}

/** How many processes have exactly this command line. */
function running(commandLine: string): number {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8') === commandLine
    } catch {
      // It has ended meanwhile.
      return false
    }
  }).length
}

describe.each([
  ['without a sandbox', 'none' as const],
  ['in the sandbox', linuxSandbox],
])('%s', (_name, sandbox) => {
  test('a program on a terminal is typed to, answers, and ends', async () => {
    const { start, type, until } = await open({ sandbox })
    const shown = await start('python3 -q -i', { yield_time_ms: 300 })
    expect(shown).toContain('Process running with session ID 1')
    await until('>>> ', shown)
    await until('42', await type('print(6 * 7)\n'))
    expect(await type('exit(3)\n', { yield_time_ms: 20_000 })).toMatch(/\nProcess exited with code 3\n/)
  })

  test('it is the controlling terminal: Ctrl-C interrupts, /dev/tty opens, the shell has job control', async () => {
    const { start, type, until } = await open({ sandbox })
    await until(
      'ready',
      await start('test -t 0 && test -t 1 && test -t 2 && echo ready; bash --norc -i', { yield_time_ms: 300 }),
    )
    await until('to the terminal', await type('echo to the "terminal" > /dev/tty\n'))
    await type('sleep 100\n')
    await until('code 130', await type('\u0003echo code $?\n'))
    await until('Running', await type('sleep 99 & jobs\n'))
    await until('end 7', await type('(exit 7); echo end $?; exit 5\n'))
  })

  test('a command on a terminal ends with its thread, and what it has left in the background too', async () => {
    const { start } = await open({ sandbox })
    const seconds = `9${sandbox === 'none' ? 1 : 2}.${process.pid}`
    await start(`(trap '' HUP; sleep ${seconds} & ); cat`, { yield_time_ms: 400 })
    expect(running(`sleep\0${seconds}\0`)).toBe(1)
    await benches.pop()?.close()
    expect(running(`sleep\0${seconds}\0`)).toBe(0)
  })

  test('escape sequences come to the model as they are', async () => {
    const { start } = await open({ sandbox })
    expect(await start("printf '\\033[31mred\\033[0m'")).toContain('\u001b[31mred\u001b[0m')
  })
})

test('no other command gets at the terminal of a command', async () => {
  const { bench, start } = await open({ sandbox: linuxSandbox })
  await start('cat', { yield_time_ms: 250 })
  const { output } = await bench.run('exec_command', { cmd: 'ls -l /proc/self/fd | grep -c -e ptmx -e pts' })
  expect(output).toMatchObject({ structured: { exit_code: 1, output: '0\n' } })
})

test('what is typed is in the audit log, passes the gate, and is nothing that was not allowed to start', async () => {
  const { bench, start, type } = await open({ forbidden: ['touch'] })
  expect(await start('touch x')).toContain('touch is not wanted here')
  expect(await start('bash', { yield_time_ms: 250 })).toContain('touch is not wanted here')
  await start('cat', { yield_time_ms: 250 })
  await type('hello\n')
  const typed = bench.audit.find((record) => record.type === 'decision' && record.action.kind === 'input')
  expect(typed).toMatchObject({ outcome: 'allow', action: { kind: 'input', session: 1, text: 'hello\n' } })
})
