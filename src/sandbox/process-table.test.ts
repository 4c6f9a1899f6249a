import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { until } from '../../test/support/processes-of.ts'
import { endProcessGroup } from './end-process-tree.ts'
import { type ProcessTable, processTable, tableByPs } from './process-table.ts'

/** ps(1) of Linux has another word for the environment; the rest is the same. */
function psOfLinux(args: readonly string[]): string {
  const given = args[0] === '-axEww' ? ['axeww', ...args.slice(1)] : args
  return execFileSync('ps', given, { encoding: 'utf8', maxBuffer: 1 << 28 })
}

const tables: readonly [string, ProcessTable][] = [
  ['/proc', processTable('linux')],
  ['ps', tableByPs(psOfLinux)],
]

/** A shell with a child, whose own child waits. */
async function startTree(env: Record<string, string> = {}): Promise<ChildProcess> {
  const script = `sh -c 'sleep 60 & echo ready; wait; :'; :`
  const child = spawn('/bin/sh', ['-c', script], { env: { PATH: process.env.PATH ?? '', ...env }, detached: true })
  onTestFinished(() => endProcessGroup(child.pid ?? 0))
  await once(child.stdout, 'data')
  return child
}

test.each(tables)('by %s: children of children are found, and this process is none of them', async (_, table) => {
  const { pid = 0 } = await startTree()
  const found = table.descendantsOf(pid)
  expect(found).toHaveLength(2)
  expect(found[0]).toMatchObject({ parentPid: pid })
  expect(found[1]).toMatchObject({ parentPid: found[0]?.pid })
  expect(table.stillRunning(found)).toEqual(found)
  expect(table.stillRunning(found.map((each) => ({ ...each, startTime: 'another' })))).toEqual([])
})

test.each(tables)('by %s: what has ended is not still running', async (_, table) => {
  const { pid = 0 } = await startTree()
  const found = table.descendantsOf(pid)
  for (const each of found) process.kill(each.pid, 'SIGKILL')
  await until(() => table.stillRunning(found).length === 0)
  expect(table.descendantsOf(pid)).toEqual([])
})

test.each(tables)('by %s: who bears a variable is found, and not who speaks of it', async (_, table) => {
  const { pid = 0 } = await startTree({ CODEX_TEST_MARK: 'of-this-test' })
  const marked = [pid, ...table.descendantsOf(pid).map((each) => each.pid)]
  await startTree({ CODEX_TEST_MARK: 'of-this-test-2' })
  const found = table.bearersOf('CODEX_TEST_MARK=of-this-test')
  expect([...found].sort()).toEqual([...marked].sort())
})

test('on Windows nothing is found', () => {
  const table = processTable('win32')
  expect([table.descendantsOf(1), table.bearersOf('A=b'), table.stillRunning([])]).toEqual([[], [], []])
})
