import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentsSession, callIn, filesOf } from '../support/agents-beside.ts'
import { startCollector } from '../support/collector.ts'
import type { ModelTurn } from '../support/model-server.ts'
import type { ScriptedSession } from '../support/scripted-session.ts'

const v2 = callIn('collaboration')
const withV2 = ['--enable', 'multi_agent_v2']
const seal = 'gAAAAABunreadable7f3a'

/** Calls that go well and calls that do not: each of the latter is told in words somewhere. */
const steps: readonly ModelTurn[] = [
  v2('spawn_agent', { task_name: 'worker', message: `${seal}-task`, fork_turns: 'none' }),
  v2('wait_agent', { timeout_ms: 10_000 }),
  v2('followup_task', { target: 'worker', message: `${seal}-more` }),
  v2('wait_agent', { timeout_ms: 10_000 }),
  v2('send_message', { target: 'nobody', message: `${seal}-nobody` }),
  v2('spawn_agent', { task_name: 'worker', message: `${seal}-taken` }),
  v2('spawn_agent', { task_name: 'Bad Name', message: `${seal}-name` }),
  v2('spawn_agent', { task_name: 'other', message: `${seal}-fork`, fork_turns: 'some' }),
  v2('send_message', { message: `${seal}-untold` }),
  v2('send_message', { target: 7, message: `${seal}-number` }),
  v2('send_message', { target: 'worker', message: { text: `${seal}-object` } }),
  v2('spawn_agent', { task_name: 'third', message: `${seal}-role`, agent_type: 'no-such-agent' }),
  { text: 'Done.' },
]

async function threadIds(session: ScriptedSession): Promise<{ readonly root: string; readonly child: string }> {
  const { stdout } = await session.run(['threads', 'list', '--json', '--subagents'])
  const threads: readonly { readonly id: string; readonly source: string }[] = JSON.parse(stdout)
  const idOf = (isMeant: (source: string) => boolean) => threads.find(({ source }) => isMeant(source))?.id ?? ''
  return { root: idOf((source) => source !== 'subagent'), child: idOf((source) => source === 'subagent') }
}

/** Checks that nothing of what was sealed stands in a text. */
function expectUnseen(what: string, text: string): void {
  const at = text.indexOf(seal)
  expect({ what, around: at < 0 ? '' : text.slice(Math.max(0, at - 120), at + 60) }).toEqual({ what, around: '' })
}

test.each([
  ['lines of JSON', ['exec', '--json']],
  ['text for people', ['exec']],
])('what a provider sealed stands in the records of threads alone: %s', async (_name, exec) => {
  const collector = await startCollector()
  const hook = { hooks: [{ type: 'command', command: 'cat >> "$HOME/hooked"; true' }] }
  const hooks = ['PreToolUse', 'PostToolUse', 'UserPromptSubmit', 'Stop'].map((event) => [event, [hook]])
  const session = await agentsSession(steps, {
    config: 'audit.enabled = true',
    tables: `[otel]\n[otel.trace_exporter.otlp-http]\nendpoint = "${collector.url}"\nprotocol = "json"\n`,
    home: { 'hooks.json': JSON.stringify({ hooks: Object.fromEntries(hooks) }) },
  })
  const run = await session.run([...exec, '--profile', 'trusted', ...withV2, 'go'])
  expect(run.exitCode).toBe(0)
  const { root, child } = await threadIds(session)
  const report = join(session.home.homeDir, 'report.md')
  const shown = await Promise.all(
    [root, child].flatMap((id) => [
      session.run(['threads', 'show', id]),
      session.run(['threads', 'show', id, '--json']),
      session.run(['threads', 'export', id]),
      session.run(['threads', 'export', id, '--format', 'json']),
      session.run(['threads', 'export', id, '--format', 'html']),
      session.run(['debug', 'trace', id]),
    ]),
  )
  const others = [
    await session.run(['threads', 'search', seal, '--subagents', '--json']),
    await session.run(['threads', 'tree']),
    await session.run(['audit', 'query', '--json']),
    await session.run(['bug-report', child, '-o', report]),
  ]
  for (const { stdout, stderr } of [run, ...shown]) expectUnseen('shown', stdout + stderr)
  for (const { stdout, stderr } of others.slice(1)) expectUnseen('told', stdout + stderr)
  expect(JSON.parse(others[0]?.stdout || '[]')).toEqual([])
  expectUnseen('report', await readFile(report, 'utf8'))
  await session.run(['bug-report', root, '-o', report, '--force'])
  expect(await readFile(report, 'utf8')).toContain('[sealed]')
  expectUnseen('report', await readFile(report, 'utf8'))
  const hooked = await readFile(join(session.home.homeDir, 'hooked'), 'utf8')
  expect(hooked).toContain('[sealed]')
  expectUnseen('hooks', hooked)
  expect(collector.requests.length).toBeGreaterThan(0)
  for (const { body } of collector.requests) expectUnseen('collector', body.toString('latin1'))
  const holding = (await filesOf(session.home.homeDir)).filter(({ text }) => text.includes(seal))
  expect(holding.filter(({ path }) => !/\/sessions\/.*\.jsonl$/.test(path)).map(({ path }) => path)).toEqual([])
  expect(holding).toHaveLength(2)
  // What the model is told of its calls quotes nothing either: its own provider could not tell it apart from plain text.
  const last = session.server.requests.findLast(({ body }) => body.prompt_cache_key === root)
  const outputs = ((last?.body.input ?? []) as readonly { readonly output?: string }[]).flatMap(
    ({ output }) => output ?? [],
  )
  expect(outputs.length).toBe(12)
  for (const output of outputs) expectUnseen('output', output)
})

test('what was sealed goes to its provider again: in another turn, after compaction, and in a fork', async () => {
  const session = await agentsSession([...steps.slice(0, 4), { text: 'Done.' }], {
    child: (text) => ({ text: text.includes('[sealed]') ? 'it was shown as text' : 'a short answer' }),
  })
  expect((await session.run(['exec', ...withV2, 'go'])).exitCode).toBe(0)
  const { root, child } = await threadIds(session)
  const sent = async (argv: readonly string[]) => {
    const before = session.server.requests.length
    const { exitCode, stderr } = await session.run(['exec', ...withV2, ...argv])
    expect({ argv, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ argv, exitCode: 0, stderr: '' })
    return JSON.stringify(session.server.requests.slice(before).map(({ body }) => body.input))
  }
  const sealedParts = [`"encrypted_content":"${seal}-task"`, `"encrypted_content":"${seal}-more"`]
  for (const part of sealedParts) expect(await sent(['resume', child, 'and now?'])).toContain(part)
  for (const part of sealedParts) expect(await sent(['fork', child, 'another way'])).toContain(part)
  expect(await sent(['resume', root, 'and now?'])).toContain(`${seal}-task`)
  expect(await sent(['fork', root, 'another way'])).toContain(`${seal}-task`)
  await sent(['resume', child, '/compact'])
  for (const part of sealedParts) expect(await sent(['resume', child, 'after that?'])).toContain(part)
})

test('a recording of calls with something sealed does not hold it', async () => {
  const session = await agentsSession(steps)
  const file = join(session.home.homeDir, 'recording.jsonl')
  const run = await session.run(['exec', '--json', '--record', file, ...withV2, 'go'])
  expect(run.exitCode).toBe(0)
  const recording = await readFile(file, 'utf8')
  expect(recording).toContain('[sealed]')
  expectUnseen('recording', recording + run.stdout + run.stderr)
  const report = join(session.home.homeDir, 'report.md')
  await session.run(['bug-report', '-o', report, '--recording', file])
  expectUnseen('report', await readFile(report, 'utf8'))
})
