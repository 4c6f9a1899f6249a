import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SandboxBackend, SandboxPolicy } from '../plugin-api/sandbox.ts'
import type { ExecEvent } from '../plugin-api/tool.ts'
import { createCommandSupplies } from './command-supplies.ts'
import { runCommand } from './run-command.ts'
import type { CommandConfinement, CommandRequest } from './start-command.ts'

let directory: string
const supplies = createCommandSupplies()
afterAll(() => supplies.close())
const never = new AbortController().signal

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'run-command-')))
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

const request = (script: string, changes: Partial<CommandRequest> = {}): CommandRequest => ({
  argv: ['/bin/bash', '-c', script],
  cwd: directory,
  env: { PATH: process.env.PATH ?? '' },
  timeoutMs: 20_000,
  maxOutputBytes: 1 << 20,
  ...changes,
})

async function collect(
  script: string,
  changes: Partial<CommandRequest> = {},
  how: CommandConfinement = {},
  signal = never,
) {
  const events: ExecEvent[] = []
  for await (const event of runCommand(request(script, changes), how, supplies, signal)) events.push(event)
  const exit = events.at(-1)
  if (exit?.type !== 'exit') throw new Error('the last event is no exit')
  const streamed = events.map((event) => (event.type === 'output' ? event.text : '')).join('')
  return { events, exit, streamed }
}

describe('events', () => {
  test('started comes first, one exit last, and what streams is what is kept', async () => {
    const { events, exit, streamed } = await collect('echo one; echo two')
    expect(events[0]).toEqual({ type: 'started', argv: ['/bin/bash', '-c', 'echo one; echo two'] })
    expect(events.filter((event) => event.type === 'exit')).toHaveLength(1)
    expect(exit).toMatchObject({ exitCode: 0, timedOut: false, output: 'one\ntwo\n' })
    expect(streamed).toBe(exit.output)
  })

  test('stdout and stderr keep their order, and both can be opened again by name', async () => {
    const script =
      'for i in 1 2 3; do echo "out $i"; echo "err $i" >&2; done; echo again > /dev/stdout; echo more > /dev/stderr'
    const lines = ['out 1', 'err 1', 'out 2', 'err 2', 'out 3', 'err 3', 'again', 'more']
    expect((await collect(script)).exit.output).toBe(`${lines.join('\n')}\n`)
  })

  test('output comes while the command runs', async () => {
    const go = join(directory, 'go')
    for await (const event of runCommand(
      request(`echo ready; until [ -e ${go} ]; do sleep 0.01; done; echo done`),
      {},
      supplies,
      never,
    )) {
      // The command waits for this file: only an early event can make it.
      if (event.type === 'output' && event.text.includes('ready')) writeFileSync(go, '')
      if (event.type === 'exit') expect(event.output).toBe('ready\ndone\n')
    }
  })

  test('a character that comes in pieces stays one; what is no UTF-8 becomes U+FFFD', async () => {
    const { streamed } = await collect(String.raw`printf '\xc3'; sleep 0.05; printf '\xbc|\xff|'; printf '\xe2\x82'`)
    expect(streamed).toBe('ü|\u{fffd}|\u{fffd}')
  })

  test('long output is cut in the middle, and all of it streams', async () => {
    const { exit, streamed } = await collect('seq 1 200000', { maxOutputBytes: 1_000 })
    expect(exit.output).toMatch(/^1\n2\n[\s\S]*\n\.\.\. \d+ bytes omitted \.\.\.\n[\s\S]*\n200000\n$/)
    expect(streamed.trimEnd().split('\n')).toHaveLength(200_000)
  })
})

test('a slow reader loses nothing, whatever has ended meanwhile', async () => {
  let length = 0
  for await (const event of runCommand(request('head -c 3000000 /dev/zero | tr "\\0" x'), {}, supplies, never)) {
    if (event.type === 'output') length += event.text.length
    if (event.type !== 'exit') blockFor(150)
  }
  expect(length).toBe(3_000_000)
})

describe('input and environment', () => {
  test('standard input is the text given, by descriptor and by name, or nothing', async () => {
    expect((await collect('cat', { stdin: 'grüße\n' })).exit.output).toBe('grüße\n')
    expect((await collect('cat /dev/stdin', { stdin: 'x' })).exit.output).toBe('x')
    expect((await collect('cat; echo end')).exit.output).toBe('end\n')
  })

  test('the command sees the environment and directory given, and no terminal', async () => {
    const { exit } = await collect('echo $A; pwd; tty; env | grep -c SECRET', {
      env: { PATH: '/usr/bin:/bin', A: 'b' },
    })
    expect(exit.output).toBe(`b\n${directory}\nnot a tty\n0\n`)
  })

  test('a descriptor that this program inherited reaches no command', () => {
    const secret = join(directory, 'secret')
    writeFileSync(secret, 's3cr3t')
    const program = `
      const { runCommand } = await import(${JSON.stringify(new URL('./run-command.ts', import.meta.url).href)})
      const { createCommandSupplies } = await import(${JSON.stringify(new URL('./command-supplies.ts', import.meta.url).href)})
      const request = { argv: ['/bin/bash', '-c', 'cat <&40; cat <&200; ls -l /proc/$$/fd'], cwd: '/', env: { PATH: '/usr/bin:/bin' }, timeoutMs: 9000, maxOutputBytes: 9000 }
      for await (const event of runCommand(request, {}, createCommandSupplies(), new AbortController().signal)) if (event.type === 'exit') console.log(event.output)`
    const file = join(directory, 'program.mjs')
    writeFileSync(file, program)
    const script = `exec 40<${secret} 200<${secret}; exec ${process.execPath} ${file}`
    const output = execFileSync('/bin/bash', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    expect(output).toContain('/dev/null')
    expect(output).not.toContain('s3cr3t')
    expect(output).not.toContain(secret)
  })
})

describe('the end', () => {
  test('exit codes are the command, signals 128 and their number', async () => {
    expect((await collect('exit 7')).exit.exitCode).toBe(7)
    expect((await collect('kill -9 $$')).exit.exitCode).toBe(137)
    expect((await collect('kill -TERM $$')).exit.exitCode).toBe(143)
  })

  test('what runs out of time ends with 124, children that ignore SIGTERM and left the group included', async () => {
    const script = `trap '' TERM; setsid bash -c "trap '' TERM; while :; do echo x >> beat; sleep 0.02; done" & while :; do sleep 0.01; done`
    const { exit } = await collect(script, { timeoutMs: 1_500 })
    expect(exit).toMatchObject({ exitCode: 124, timedOut: true })
    expect(await hasStopped(join(directory, 'beat'))).toBe(true)
  })

  test('a command gets SIGTERM first', async () => {
    const { exit } = await collect(`trap 'echo bye; exit 3' TERM; echo on; while :; do sleep 0.01; done`, {
      timeoutMs: 1_500,
    })
    expect(exit).toMatchObject({ exitCode: 124, timedOut: true, output: expect.stringContaining('bye') })
  })

  test('an abort ends the tree and throws its reason', async () => {
    const stop = new AbortController()
    const reason = new Error('interrupted')
    const script = `bash -c 'while :; do echo x >> beat; echo on; sleep 0.02; done' & wait`
    const run = async () => {
      for await (const event of runCommand(request(script), {}, supplies, stop.signal)) {
        if (event.type === 'output') stop.abort(reason)
        expect(event.type).not.toBe('exit')
      }
    }
    await expect(run()).rejects.toBe(reason)
    expect(await hasStopped(join(directory, 'beat'))).toBe(true)
  })

  test('an abort ends what left the session and whose parent is gone too', async () => {
    const stop = new AbortController()
    const reason = new Error('interrupted')
    const beating = `bash -c "trap '' TERM; while :; do echo x >> beat; sleep 0.02; done"`
    const script = `trap '' TERM; (setsid ${beating} &); until [ -s beat ]; do sleep 0.01; done; echo on; sleep 987`
    const run = async () => {
      for await (const event of runCommand(request(script), {}, supplies, stop.signal)) {
        if (event.type === 'output') stop.abort(reason)
      }
    }
    await expect(run()).rejects.toBe(reason)
    expect(await hasStopped(join(directory, 'beat'))).toBe(true)
  })

  test('an abort before or during the start runs nothing to its end', async () => {
    const reason = new Error('interrupted')
    await expect(collect('touch ran', {}, {}, AbortSignal.abort(reason))).rejects.toBe(reason)
    const stop = new AbortController()
    const started = collect('sleep 0.5; touch ran', {}, {}, stop.signal)
    stop.abort(reason)
    await expect(started).rejects.toBe(reason)
    await delay(0)
    expect(existsSync(join(directory, 'ran'))).toBe(false)
  })

  test('who stops listening ends the command', async () => {
    for await (const event of runCommand(
      request('while :; do echo x >> beat; echo y; sleep 0.01; done'),
      {},
      supplies,
      never,
    )) {
      if (event.type === 'output') break
    }
    expect(await hasStopped(join(directory, 'beat'))).toBe(true)
  })

  test('children left in the background end with the command', async () => {
    const { exit } = await collect(
      `bash -c 'while :; do echo x >> beat; sleep 0.02; done' & until [ -s beat ]; do sleep 0.01; done; echo done`,
    )
    expect(exit).toMatchObject({ exitCode: 0, output: 'done\n' })
    expect(await hasStopped(join(directory, 'beat'))).toBe(true)
  })

  test('no descriptor and no file is left', async () => {
    await collect('true', { stdin: 'x' })
    supplies.close()
    const before = readdirSync('/proc/self/fd').length
    for (let count = 0; count < 5; count += 1) await collect('echo x', { stdin: 'x' })
    await expect(collect('', { argv: ['/does/not/exist'] })).rejects.toThrow()
    supplies.close()
    expect(readdirSync('/proc/self/fd').length).toBe(before)
  })
})

describe('what does not start', () => {
  test.each([
    ['a program that is not there', { argv: ['/does/not/exist'] }],
    ['a directory that is not there', { cwd: '/does/not/exist' }],
    ['no program at all', { argv: [] }],
    ['an argument that no program can get', { argv: ['/bin/echo', 'a\0b'] }],
  ])('%s is sandbox.failed', async (_, changes) => {
    await expect(collect('true', changes)).rejects.toMatchObject({ code: 'sandbox.failed' })
  })
})

describe('in a sandbox', () => {
  const policy = (): SandboxPolicy => ({
    ...{
      cwd: directory,
      readable: 'all',
      denyRead: [],
      writable: [],
      readOnly: [],
      temp: 'private',
      network: 'none',
      limits: {},
    },
  })
  /** Says what it was asked, and starts the command as `argv`, with a file as descriptor 3. */
  const recording = (
    log: string[],
    changes: { argv?: [string, ...string[]]; hasFailed?: boolean } = {},
  ): SandboxBackend => ({
    id: 'recording',
    probe: async () => ({ available: true, detail: '' }),
    wrap: async (command) => ({
      argv: changes.argv ?? command.argv,
      env: { ...command.env, WRAPPED: 'yes' },
      fds: {},
      hasFailed: async () => changes.hasFailed ?? false,
      cleanup: async () => {
        log.push('cleanup')
      },
    }),
  })

  test('the wrapped command runs, and its sandbox is cleaned up', async () => {
    const log: string[] = []
    const { exit } = await collect('echo $WRAPPED', {}, { backend: recording(log), policy: policy() })
    expect(exit.output).toBe('yes\n')
    expect(log).toEqual(['cleanup'])
  })

  test('a sandbox may say where the command starts', async () => {
    const backend = recording([])
    const wrap: SandboxBackend['wrap'] = async (...given) => ({ ...(await backend.wrap(...given)), cwd: directory })
    const { exit } = await collect('pwd', { cwd: '/' }, { backend: { ...backend, wrap }, policy: policy() })
    expect(exit.output).toBe(`${directory}\n`)
  })

  test('where the sandbox ends nothing, what left the session ends with the command', async () => {
    const script = `cd ${directory}; (setsid bash -c 'while :; do echo x >> beat; sleep 0.02; done' > /dev/null &); until [ -s beat ]; do sleep 0.01; done`
    const backend: SandboxBackend = { ...recording([]), endsAll: false }
    expect((await collect(script, {}, { backend, policy: policy() })).exit.exitCode).toBe(0)
    expect(await hasStopped(join(directory, 'beat'))).toBe(true)
  })

  test('what leaves the group of a sandbox that is killed while it is set up ends with the command', async () => {
    const stop = new AbortController()
    const script = `cd ${directory}; (setsid bash -c 'while :; do echo x >> beat; sleep 0.02; done' &); until [ -s beat ]; do sleep 0.01; done; echo on; sleep 987`
    const run = async () => {
      const how = { backend: recording([]), policy: policy() }
      for await (const event of runCommand(request(script), how, supplies, stop.signal))
        if (event.type === 'output') stop.abort(new Error('interrupted'))
    }
    await expect(run()).rejects.toThrow('interrupted')
    expect(await hasStopped(join(directory, 'beat'))).toBe(true)
  })

  test('a sandbox that was not set up is an error with what it said', async () => {
    const log: string[] = []
    const backend = recording(log, { argv: ['/bin/sh', '-c', 'echo no namespaces; exit 1'], hasFailed: true })
    await expect(collect('true', {}, { backend, policy: policy() })).rejects.toMatchObject({
      code: 'sandbox.failed',
      message: expect.stringContaining('no namespaces'),
    })
    expect(log).toEqual(['cleanup'])
  })

  test('it is cleaned up where the command does not start or is aborted', async () => {
    const log: string[] = []
    const how = { backend: recording(log, { argv: ['/does/not/exist'] }), policy: policy() }
    await expect(collect('true', {}, how)).rejects.toMatchObject({ code: 'sandbox.failed' })
    const stop = new AbortController()
    const started = collect('sleep 20', {}, { backend: recording(log), policy: policy() }, stop.signal)
    stop.abort(new Error('stop'))
    await expect(started).rejects.toThrow('stop')
    expect(log).toEqual(['cleanup', 'cleanup'])
  })

  test('half of a confinement is none: nothing runs', async () => {
    await expect(collect('touch ran', {}, { policy: policy() })).rejects.toMatchObject({ code: 'sandbox.failed' })
    await expect(collect('touch ran', {}, { backend: recording([]) })).rejects.toMatchObject({ code: 'sandbox.failed' })
    expect(existsSync(join(directory, 'ran'))).toBe(false)
  })
})

/** True once a file that was growing has kept its size for ten looks, within five seconds. */
async function hasStopped(file: string): Promise<boolean> {
  expect(readFileSync(file, 'utf8')).not.toBe('')
  let size = -1
  let looks = 0
  for (const end = Date.now() + 5_000; Date.now() < end && looks < 10; await delay(20)) {
    const now = statSync(file).size
    looks = now === size ? looks + 1 : 0
    size = now
  }
  return looks >= 10
}

/** Keeps this thread busy, as a reader does that computes. */
function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
