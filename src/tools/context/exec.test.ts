import { access, realpath, stat } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type BenchOptions, linuxSandbox, openToolBench, type ToolBench } from '../../../test/support/tool-bench.ts'
import type { ExecEvent, ExecRequest } from '../../plugin-api/index.ts'
import { createCommandSupplies } from '../../sandbox/command-supplies.ts'
import { createCommandNetwork } from './command-network.ts'
import { execScript } from './exec.ts'
import { createActionScope } from './gated-action.ts'
import { createShellStates } from './shell-states.ts'

const benches: ToolBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})

const sizeOf = async (file: string) => (await stat(file)).size

async function open(options: BenchOptions = {}) {
  const bench = await openToolBench([], options)
  benches.push(bench)
  const { path } = bench.workspace
  const run = async (request: ExecRequest, signal = new AbortController().signal) => {
    const actions = createActionScope({ gate: bench.gate, denied: () => {}, signal })
    const events: ExecEvent[] = []
    const scope = {
      env: { PATH: process.env.PATH ?? '' },
      shell: '/bin/bash',
      sandbox: async () => options.sandbox ?? ('none' as const),
      places: {
        workspaceRoot: path,
        codexHome: join(path, '.home/.codex'),
        homeDir: join(path, '.home'),
        tempDir: await realpath('/tmp'),
      },
      protection: 'on',
      temp: 'private',
      supplies: createCommandSupplies(),
      shellStates: createShellStates(() => true),
      network: createCommandNetwork({ gate: bench.gate }),
      gate: bench.gate,
      cwd: path,
      callId: 'call-9',
      redact: (text: string) => text.replaceAll('hunter22', '[redacted]'),
      signal,
    } as const
    for await (const event of execScript(request, actions, scope)) events.push(event)
    const exit = events.at(-1)
    if (exit?.type !== 'exit') throw new Error('no exit')
    return { events, exit }
  }
  return { bench, run, path }
}

test.each([
  ['without a sandbox', 'none'],
  ['in a sandbox', linuxSandbox],
] as const)('%s each process has its processor time, and each file its size', async (_, sandbox) => {
  const limits = { max_cpu_seconds: 1, max_file_bytes: 10_000 }
  const { run, path } = await open({ sandbox, permissions: () => ({ limits }) })
  expect((await run({ script: 'while :; do :; done' })).exit.exitCode).toBe(128 + constants.signals.SIGXCPU)
  const { exit } = await run({
    script: 'head -c 5000 /dev/zero > small; head -c 50000 /dev/zero > large; echo $?; head -c 50000 /dev/zero | wc -c',
  })
  expect(exit.output).toMatch(/153\n50000\n$/)
  expect([await sizeOf(join(path, 'small')), await sizeOf(join(path, 'large'))]).toEqual([5000, 10_240])
})

test('a script runs in its directory with the environment of the thread, and its end is recorded', async () => {
  const { bench, run, path } = await open({ files: { 'sub/a': '' } })
  const { events, exit } = await run({
    script: 'pwd; echo $CODEX_TOOL_CALL_ID $EXTRA; exit 3',
    cwd: 'sub',
    env: { EXTRA: 'e' },
  })
  expect(events[0]).toEqual({
    type: 'started',
    argv: ['/bin/bash', '-c', 'pwd; echo $CODEX_TOOL_CALL_ID $EXTRA; exit 3'],
  })
  expect(exit).toMatchObject({ exitCode: 3, timedOut: false, output: `${join(path, 'sub')}\ncall-9 e\n` })
  expect(bench.audit).toMatchObject([
    { type: 'decision', action: { kind: 'exec' } },
    { type: 'outcome', status: 'done', exitCode: 3 },
  ])
})

test('a secret does not come out', async () => {
  const { run } = await open()
  const { events, exit } = await run({ script: 'echo hunter22 end' })
  expect(exit.output).toBe('[redacted] end\n')
  expect(JSON.stringify(events.slice(1))).not.toContain('hunter22')
})

test('a forbidden command does not run', async () => {
  const { run, path } = await open({ forbidden: ['touch'] })
  await expect(run({ script: 'touch made' })).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(access(join(path, 'made'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('what the policy cannot read as shell is not run by another program', async () => {
  const { run, bench } = await open({ files: { bash: '' } })
  for (const shell of ['/usr/bin/python3', 'fish', `${bench.workspace.path}/bash`]) {
    await expect(run({ script: 'x', shell })).rejects.toMatchObject({ code: 'tool.input' })
  }
  expect(bench.audit).toEqual([])
  expect((await run({ script: 'echo $0', shell: '/bin/sh' })).exit.output).toBe('/bin/sh\n')
})

test('a missing directory is named', async () => {
  const { run, bench } = await open()
  await expect(run({ script: 'true', cwd: 'nowhere' })).rejects.toMatchObject({
    code: 'ENOENT',
    path: join(bench.workspace.path, 'nowhere'),
  })
  expect(bench.audit.at(-1)).toMatchObject({ status: 'failed' })
})

test('the time of the permissions bounds the asked one', async () => {
  const { run, bench } = await open({ permissions: () => ({ limits: { command_timeout_ms: 100 } }) })
  const { exit } = await run({ script: 'sleep 30', timeoutMs: 60_000 })
  expect(exit.timedOut).toBe(true)
  expect(bench.audit.at(-1)).toMatchObject({ detail: 'timed out' })
})

test('an abort ends the command and is recorded as an interruption', async () => {
  const { run, bench } = await open()
  const controller = new AbortController()
  const reason = new Error('stop')
  const running = run({ script: 'sleep 30' }, controller.signal)
  controller.abort(reason)
  await expect(running).rejects.toBe(reason)
  const { run: runAgain } = await open()
  expect((await runAgain({ script: 'true' })).exit.exitCode).toBe(0)
  expect(bench.audit.filter((record) => record.type === 'outcome' && record.status !== 'interrupted')).toEqual([])
})

test('without a sandbox backend nothing runs', async () => {
  const { run } = await open({ sandbox: 'unavailable' })
  await expect(run({ script: 'true' })).rejects.toMatchObject({ code: 'sandbox.unavailable' })
})

test('in the sandbox a command writes only what the permissions allow', async () => {
  const { run, path } = await open({
    sandbox: linuxSandbox,
    files: { 'open/a': '', 'closed/a': '' },
    permissions: (workspace) => {
      const rule = [{ allow: [join(workspace, 'open')], deny: [] }]
      return { write: { allow: rule, askable: rule } }
    },
  })
  const { exit } = await run({ script: 'touch open/made; touch closed/made' })
  expect(exit.exitCode).not.toBe(0)
  await access(join(path, 'open/made'))
  await expect(access(join(path, 'closed/made'))).rejects.toMatchObject({ code: 'ENOENT' })
})
