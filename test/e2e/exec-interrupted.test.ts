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
    expect(lines.at(-1)).toMatchObject({
      payload: {
        type: 'turn_aborted',
        reason: 'interrupted',
        started_at: expect.any(Number),
        completed_at: expect.any(Number),
        duration_ms: expect.any(Number),
      },
    })
    expect(jsonLines(await audit())).toContainEqual(expect.objectContaining({ type: 'outcome', status: 'interrupted' }))
  },
)

test('one Ctrl-C that a launcher hands on once more is one, and the turn ends in order', async () => {
  const seconds = `6${process.pid}`
  const { startExec } = await execCase([{ calls: [{ shell: `sleep ${seconds}` }] }])
  const codex = await startExec(['-s', 'workspace-write', 'go'])
  await until(() => sleepers(seconds).length > 0)
  codex.kill('SIGINT')
  codex.kill('SIGINT')
  const { exitCode, events } = await codex.done
  expect(exitCode).toBe(130)
  expect(events.at(-1)).toEqual({ type: 'turn.interrupted', reason: 'interrupted' })
})

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
  expect(stderr).toMatch(/\ninterrupted\nto go on: codex resume [0-9a-f-]{13}\n$/)
})

test('what was said, and what was asked, is kept; each call that was cut has an output, and the model is told', async () => {
  const seconds = `6${process.pid}`
  const one = await execCase([
    { text: 'I will look.', calls: [{ shell: `sleep ${seconds}` }, { shell: 'echo never' }] },
    { text: 'The first half of an answer', deltaSize: 6, failure: { kind: 'silent', afterEvents: 6 } },
    { text: 'ok' },
  ])
  const first = await one.startExec(['the question'])
  await first.event(isCommandStart)
  first.kill('SIGINT')
  const id = String((await first.done).events[0]?.thread_id)
  const [file = ''] = await one.rollouts()
  const lines = jsonLines(await readFile(file, 'utf8'))
  const kept = lines.filter(({ type }) => type === 'response_item').map(({ payload }) => payload)
  expect(kept.slice(-5)).toMatchObject([
    { type: 'function_call' },
    { type: 'function_call' },
    { type: 'function_call_output', output: expect.stringContaining('interrupted') },
    { type: 'function_call_output', output: expect.stringContaining('interrupted') },
    { role: 'user', content: [{ text: expect.stringContaining('<turn_aborted>') }] },
  ])
  expect(lines.at(-1)).toMatchObject({
    payload: {
      type: 'turn_aborted',
      reason: 'interrupted',
      started_at: expect.any(Number),
      completed_at: expect.any(Number),
      duration_ms: expect.any(Number),
    },
  })

  const second = await one.startExec(['resume', id, 'and now'])
  await one.server.received(2)
  await until(() => readFileSync(file, 'utf8').includes('and now'))
  second.kill('SIGINT')
  const { events } = await second.done
  const said = events.flatMap((event) => (itemOf(event)?.type === 'agent_message' ? [itemOf(event)?.text] : []))
  expect(await one.exec(['resume', id, 'go on'])).toMatchObject({ exitCode: 0 })
  const sent = JSON.stringify(sentBody(one.server, 2).input)
  for (const text of ['the question', 'I will look.', 'and now', ...said]) expect(sent).toContain(text)
})

test('a hook that does not end does not keep an interrupted program', async () => {
  const one = await execCase([{ calls: [{ shell: 'touch made' }] }])
  const root = join(one.home.codexHome, 'slow')
  const manifest = {
    ...{ name: 'slow', type: 'module' },
    codex: {
      apiVersion: 1,
      contributes: { hooks: [{ event: 'PreToolUse', module: './hook.js', timeout_ms: 55_000 }] },
    },
  }
  await one.home.write({
    'oclif/package.json': JSON.stringify({ oclif: { plugins: [{ type: 'link', name: 'slow', root }] } }),
    'slow/package.json': JSON.stringify(manifest),
    'slow/hook.js': `import { writeFileSync } from 'node:fs'
import { defineHook } from 'codex-kernel/plugin-api'
export const hook = defineHook({ event: 'PreToolUse', async run({ cwd }) {
  writeFileSync(cwd + '/began', '')
  await new Promise((resolve) => setTimeout(resolve, 3_600_000))
} })
`,
  })
  const codex = await one.startExec(['-s', 'workspace-write', 'go'])
  await until(() => existsSync(join(one.workspace.path, 'began')))
  codex.kill('SIGINT')
  const { exitCode, events } = await codex.done
  expect({ exitCode, last: events.at(-1)?.type }).toEqual({ exitCode: 130, last: 'turn.interrupted' })
  expect(existsSync(join(one.workspace.path, 'made'))).toBe(false)
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
