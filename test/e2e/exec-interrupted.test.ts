import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, itemOf, jsonLines, toolOutputs } from '../support/exec-case.ts'
import type { CodexEvent } from '../support/run-codex.ts'
import { lastUserText, sentBody } from '../support/scripted-session.ts'

const isCommandStart = (event: CodexEvent) =>
  event.type === 'item.started' && itemOf(event)?.type === 'command_execution'

/** Ids of the processes of this machine that are `sleep SECONDS`. */
function sleepers(seconds: string): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8') === `sleep\0${seconds}\0` ? [Number(name)] : []
    } catch {
      return [] // ended meanwhile
    }
  })
}

/** Resolves when the condition holds; the test's own time limit is the only one. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

test.for(['SIGINT', 'SIGTERM'] as const)(
  '%s while a command runs: exit 130, its processes are gone, the rollout says so',
  async (signal) => {
    // A number that no other process has on its command line.
    const seconds = `7${process.pid}${signal.length}`
    const { startExec, rollouts, workspace, audit, server } = await execCase([
      { calls: [{ shell: `touch began; sleep ${seconds} & sleep ${seconds}; touch after` }] },
    ])
    const codex = await startExec(['-s', 'workspace-write', 'go'])
    await codex.event(isCommandStart)
    await until(() => sleepers(seconds).length >= 2 && existsSync(join(workspace.path, 'began')))
    codex.kill(signal)
    const { exitCode, events, stdout } = await codex.done
    expect(exitCode).toBe(130)
    expect(sleepers(seconds)).toEqual([])
    expect(existsSync(join(workspace.path, 'after'))).toBe(false)
    expect(stdout.trimEnd().split('\n')).toHaveLength(events.length)
    expect(events.map(({ type }) => type)).not.toContain('turn.completed')
    expect(events.at(-1)).toEqual({ type: 'turn.interrupted', reason: 'interrupted' })
    expect(server.requests).toHaveLength(1)

    const [file = ''] = await rollouts()
    const lines = jsonLines(await readFile(file, 'utf8'))
    expect(lines.at(-1)).toMatchObject({ payload: { type: 'turn_aborted', reason: 'interrupted' } })
    expect(jsonLines(await audit())).toContainEqual(expect.objectContaining({ type: 'outcome', status: 'interrupted' }))
  },
)

test('an interrupted thread goes on: what was done is known, what was not is said', async () => {
  const seconds = `8${process.pid}`
  const { startExec, exec, server } = await execCase([
    {
      text: 'Working.',
      calls: [{ shell: 'echo finished-before' }, { shell: `sleep ${seconds}` }, { shell: 'echo never' }],
    },
    { text: 'going on' },
  ])
  const codex = await startExec(['do it'])
  await codex.event((event) => isCommandStart(event) && String(itemOf(event)?.command).includes(seconds))
  await until(() => sleepers(seconds).length > 0)
  codex.kill('SIGINT')
  const id = String((await codex.done).events[0]?.thread_id)

  expect(await exec(['resume', id, 'go on'])).toMatchObject({ exitCode: 0 })
  const told = toolOutputs(sentBody(server, 1))
  expect(told.call_1_0).toContain('finished-before')
  expect(told.call_1_1).toContain('interrupted')
  expect(told.call_1_2).toContain('interrupted')
  expect(lastUserText(sentBody(server, 1))).toBe('go on')
})

test('SIGINT while the model answers: exit 130, the request is dropped, the thread goes on', async () => {
  const { startExec, exec, server } = await execCase([
    { text: 'part', failure: { kind: 'silent', afterEvents: 4 } },
    { text: 'ok' },
  ])
  const codex = await startExec(['hi'])
  await server.received(1)
  codex.kill('SIGINT')
  const { exitCode, events } = await codex.done
  expect(exitCode).toBe(130)
  expect(events.at(-1)?.type).toBe('turn.interrupted')
  expect(await server.requests[0]?.ended).toBe('closed')
  const id = String(events[0]?.thread_id)
  expect(await exec(['resume', id, 'again'])).toMatchObject({ exitCode: 0 })
})

test('without --json an interruption is said, and stdout stays empty', async () => {
  const { start, server } = await execCase([{ failure: { kind: 'silent' } }])
  const codex = await start(['exec', '--skip-git-repo-check', 'hi'])
  await server.received(1)
  codex.kill('SIGINT')
  const { exitCode, stdout, stderr } = await codex.done
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' })
  expect(stderr).toMatch(/\ninterrupted\n$/)
})

test('kill -9 in the middle of a command loses nothing that was shown, and the thread goes on', async () => {
  const seconds = `9${process.pid}`
  const { startExec, exec, server, rollouts } = await execCase([
    { reasoning: 'a thought', text: 'Working.', calls: [{ shell: `sleep ${seconds}` }] },
    { text: 'ok' },
  ])
  const codex = await startExec(['the question'])
  await codex.event(isCommandStart)
  await until(() => sleepers(seconds).length > 0)
  codex.kill('SIGKILL')
  const { events } = await codex.done
  const [file = ''] = await rollouts()
  const kept = await readFile(file, 'utf8')
  for (const text of ['the question', 'a thought', 'Working.']) expect(kept).toContain(text)
  // The sandbox ends with the program that started it.
  await until(() => sleepers(seconds).length === 0)
  const id = String(events[0]?.thread_id)
  expect(await exec(['resume', id, 'again'])).toMatchObject({ exitCode: 0 })
  expect(toolOutputs(sentBody(server, 1)).call_1_0).toContain('interrupted')
})
