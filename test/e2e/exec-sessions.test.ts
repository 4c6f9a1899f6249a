import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase, itemOf, jsonLines, outline, toolOutputs } from '../support/exec-case.ts'
import type { CodexEvent } from '../support/run-codex.ts'
import { sentBody } from '../support/scripted-session.ts'

const start = (cmd: string, more: object = {}) => ({ name: 'exec_command', arguments: { cmd, ...more } })
const write = (session_id: number, more: object = {}) => ({ name: 'write_stdin', arguments: { session_id, ...more } })
const isCommandStart = (event: CodexEvent) =>
  event.type === 'item.started' && itemOf(event)?.type === 'command_execution'

/** How many processes of this machine are `sleep SECONDS`. */
function sleepers(seconds: string): number {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8') === `sleep\0${seconds}\0`
    } catch {
      return false // ended meanwhile
    }
  }).length
}

/** Resolves when the condition holds; the test's own time limit is the only one. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

test('an interpreter on a terminal is started, typed to and left, over several calls', async () => {
  const { exec, server, audit } = await execCase([
    { calls: [start('python3 -q -i', { tty: true, yield_time_ms: 2_000 })] },
    { calls: [write(1, { chars: 'print(6 * 7)\n', yield_time_ms: 2_000 })] },
    { calls: [write(1, { chars: 'exit(4)\n', yield_time_ms: 20_000 })] },
    { text: 'done' },
  ])
  const result = await exec(['-s', 'workspace-write', 'go'])
  expect(result.exitCode).toBe(0)
  expect(toolOutputs(sentBody(server, 1)).call_1_0).toMatch(/\nProcess running with session ID 1\n[\s\S]*>>> $/)
  expect(toolOutputs(sentBody(server, 2)).call_2_0).toMatch(/Output:\nprint\(6 \* 7\)\r\n42\r\n>>> $/)
  expect(toolOutputs(sentBody(server, 3)).call_3_0).toMatch(/\nProcess exited with code 4\n/)
  expect(outline(result).slice(2, 4)).toEqual([
    'item.started command_execution item_0',
    'item.completed command_execution item_0',
  ])
  const [item] = completedItems(result, 'command_execution')
  expect(item).toMatchObject({ command: "/bin/bash -lc 'python3 -q -i'", exit_code: 4, status: 'failed' })
  const typed = jsonLines(await audit()).filter((record) => JSON.stringify(record.action ?? {}).includes('"input"'))
  expect(typed).toHaveLength(2)
})

test('a command that still runs when the turn ends is not completed, and does not go on', async () => {
  const seconds = `6${process.pid}`
  const { exec } = await execCase([{ calls: [start(`sleep ${seconds}`, { yield_time_ms: 300 })] }, { text: 'done' }])
  const result = await exec(['go'])
  expect(result).toMatchObject({ exitCode: 0 })
  expect(outline(result)).toEqual([
    'thread.started',
    'turn.started',
    'item.started command_execution item_0',
    'item.completed agent_message item_1',
    'turn.completed',
  ])
  expect(sleepers(seconds)).toBe(0)
})

test('one that ends behind the calls is completed before the turn is', async () => {
  const { exec } = await execCase([
    { calls: [start('sleep 0.5; echo late', { yield_time_ms: 250 }), start('sleep 1.5')] },
    { text: 'done' },
  ])
  const items = completedItems(await exec(['go']), 'command_execution')
  expect(items.map(({ aggregated_output, exit_code }) => [aggregated_output, exit_code])).toContainEqual(['late\n', 0])
})

test('all of a long output is in a file that the model may read, as long as the thread is there', async () => {
  const { exec, server, home } = await execCase([
    { calls: [start('seq 1 200000', { max_output_tokens: 300 })] },
    ({ body }) => {
      const shown = toolOutputs(body as Readonly<Record<string, unknown>>).call_1_0 ?? ''
      const path = /read_file has all of it: (\S+) /.exec(shown)?.[1]
      return { calls: [{ name: 'read_file', arguments: { path, offset: 150_000, limit: 2 } }] }
    },
    { text: 'done' },
  ])
  expect(await exec(['go'])).toMatchObject({ exitCode: 0 })
  expect(toolOutputs(sentBody(server, 2)).call_2_0).toMatch(/150000[\s\S]*150001/)
  expect(existsSync(join(home.codexHome, 'outputs')) && readdirSync(join(home.codexHome, 'outputs'))).toEqual([])
})

test.for([
  ['in a sandbox', 'workspace-write'],
  ['without one', 'danger-full-access'],
] as const)('codex that is killed leaves no command behind, %s', async ([name, mode]) => {
  const seconds = `5${process.pid}${name.length}`
  const { startExec } = await execCase([
    { calls: [start(`sleep ${seconds} & sleep ${seconds}`, { yield_time_ms: 300, tty: true })] },
    { calls: [start(`sleep ${seconds} & sleep ${seconds}`)] },
  ])
  const codex = await startExec(['-s', mode, 'go'])
  await codex.event(isCommandStart)
  await until(() => sleepers(seconds) >= 4)
  codex.kill('SIGKILL')
  await codex.done
  await until(() => sleepers(seconds) === 0)
})

test('login files are read once for all commands of a thread', async () => {
  const { exec, home, server } = await execCase([
    { calls: [start('greet one'), start('greet two'), start('echo "$GREETING"; echo "$SECRET_TOKEN"')] },
    { text: 'done' },
  ])
  const { writeFile } = await import('node:fs/promises')
  const log = join(home.homeDir, 'logins')
  await writeFile(
    join(home.homeDir, '.bash_profile'),
    `echo x >> ${log}\nexport GREETING=hello SECRET_TOKEN=abc\ngreet() { echo "$GREETING $1"; }\n`,
  )
  expect(await exec(['-s', 'danger-full-access', 'go'])).toMatchObject({ exitCode: 0 })
  const told = toolOutputs(sentBody(server, 1))
  expect([told.call_1_0, told.call_1_1, told.call_1_2].map((text) => text?.split('Output:\n')[1])).toEqual([
    'hello one\n',
    'hello two\n',
    'hello\n\n',
  ])
  expect(await readFile(log, 'utf8')).toBe('x\n')
})
