import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, itemOf, toolOutputs } from '../support/exec-case.ts'
import { until } from '../support/processes-of.ts'
import type { CodexEvent } from '../support/run-codex.ts'
import { sentBody } from '../support/scripted-session.ts'

const patch = (name: string, text: string) => ({
  name: 'apply_patch',
  input: `*** Begin Patch\n*** Add File: ${name}\n+${text}\n*** End Patch\n`,
})
const isCommandStart = (event: CodexEvent) =>
  event.type === 'item.started' && itemOf(event)?.type === 'command_execution'
/** Goes on until it is ended. */
const wait = { shell: 'sleep 61.5' }

/** One that has ended and was not looked after yet has no command line. */
function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('file-worker')
  } catch {
    return false
  }
}

/** The end of a sandbox ends what is in it: the next one may be gone. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Workers whose program is this process, or a sandbox that it started. */
function workersOf(pid: number): readonly number[] {
  const parents = new Map<number, number>()
  const found: number[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    if (isAlive(Number(name))) found.push(Number(name))
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]))
    } catch {
      // ended meanwhile
    }
  }
  const isBelow = (each: number): boolean => {
    const parent = parents.get(each)
    return parent !== undefined && parent > 1 && (parent === pid || isBelow(parent))
  }
  return found.filter(isBelow)
}

test('one process in the sandbox writes all patches of a turn, and is gone when the turn is', async () => {
  const { startExec, workspace } = await execCase([
    { calls: [patch('a.txt', 'one'), patch('sub/b.txt', 'two')] },
    { calls: [{ shell: 'sleep 1.5' }] },
    { text: 'done' },
  ])
  const codex = await startExec(['-s', 'workspace-write', 'go'])
  await codex.event(isCommandStart)
  // bubblewrap is there twice, with the worker's command line.
  const workers = workersOf(codex.pid)
  expect(workers).toHaveLength(3)
  expect(await codex.done).toMatchObject({ exitCode: 0 })
  expect(workers.filter(isAlive)).toEqual([])
  expect(readFileSync(join(workspace.path, 'a.txt'), 'utf8')).toBe('one\n')
  expect(readdirSync(workspace.path)).toEqual(['a.txt', 'sub'])
})

test('without a sandbox no process is started for a patch', async () => {
  const { startExec, workspace } = await execCase([
    { calls: [patch('a.txt', 'one')] },
    { calls: [{ shell: 'sleep 1.5' }] },
    { text: 'done' },
  ])
  const codex = await startExec(['-s', 'danger-full-access', 'go'])
  await codex.event(isCommandStart)
  expect(workersOf(codex.pid)).toEqual([])
  await codex.done
  expect(readdirSync(workspace.path)).toEqual(['a.txt'])
})

test('codex that is killed leaves no process that writes files', async () => {
  const { startExec } = await execCase([{ calls: [patch('a.txt', 'one')] }, { calls: [wait] }])
  const codex = await startExec(['-s', 'workspace-write', 'go'])
  await codex.event(isCommandStart)
  const workers = workersOf(codex.pid)
  expect(workers).toHaveLength(3)
  codex.kill('SIGKILL')
  await codex.done
  await until(() => !workers.some(isAlive))
})

test('a worker that is killed between two patches is replaced', async () => {
  const { startExec, workspace, server } = await execCase([
    { calls: [patch('a.txt', 'one')] },
    { calls: [{ shell: 'sleep 1.5' }] },
    { calls: [patch('b.txt', 'two')] },
    { text: 'done' },
  ])
  const codex = await startExec(['-s', 'workspace-write', 'go'])
  await codex.event(isCommandStart)
  for (const pid of workersOf(codex.pid)) end(pid)
  expect(await codex.done).toMatchObject({ exitCode: 0 })
  expect(Object.values(toolOutputs(sentBody(server, 3))).at(-1)).toContain('Success')
  expect(readdirSync(workspace.path)).toEqual(['a.txt', 'b.txt'])
})
