import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedSession, hookModule } from '../support/guarded-session.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { type ScriptedSession, sentBody } from '../support/scripted-session.ts'

const writes: readonly ModelTurn[] = [{ calls: [{ shell: 'touch made' }] }, { text: 'Done.' }]
const exec = ['exec', '--json', '-s', 'workspace-write', 'go']

const guarded = (hooks: Readonly<Record<string, string | undefined>>) => guardedSession(hooks, writes)
const isMade = ({ workspace }: ScriptedSession) => existsSync(join(workspace.path, 'made'))

test('a hook that has nothing to say lets the call run', async () => {
  const session = await guarded({ PreToolUse: hookModule('PreToolUse', '') })
  expect((await session.run(exec)).exitCode).toBe(0)
  expect(isMade(session)).toBe(true)
})

test.each([
  ['denies', hookModule('PreToolUse', "return { decision: 'deny', reason: 'not on my watch' }"), 'not on my watch'],
  ['throws', hookModule('PreToolUse', "throw new Error('I fell over')"), 'I fell over'],
  ['throws while it is imported', "throw new Error('not even there')", 'not even there'],
  ['is for another event', hookModule('Stop', ''), 'is for Stop, the manifest says PreToolUse'],
  ['answers what is no decision', hookModule('PreToolUse', "return { decision: 'block' }"), 'no decision of a hook'],
])('no command runs where a hook before it %s', async (_, module, says) => {
  const session = await guarded({ PreToolUse: module })
  const { exitCode } = await session.run(exec)
  expect(exitCode).toBe(0)
  expect(isMade(session)).toBe(false)
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain(says)
})

test('a guard whose module is not there stops threads, with the place, until it is turned off', async () => {
  const session = await guarded({ PreToolUse: undefined })
  const { exitCode, stderr } = await session.run(exec)
  expect(exitCode).toBe(1)
  expect(stderr).toContain('Plugin guard has no module ./PreToolUse.js')
  expect(stderr).toContain('guard/package.json:10:')
  expect(session.server.requests).toEqual([])
  expect(isMade(session)).toBe(false)

  const listed = await session.run(['commands', 'list'])
  expect(listed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('/review') })
  expect((await session.run(['doctor'])).stdout).toContain('Plugin guard has no module')

  const off = ['-c', 'plugins.guard.enabled=false']
  expect(await session.run(['extensions', ...off])).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await session.run([...off, ...exec])).exitCode).toBe(0)
  expect(isMade(session)).toBe(true)
})

test('a guard for a newer version of the program stops threads as well', async () => {
  const session = await guarded({ PreToolUse: hookModule('PreToolUse', '') })
  const manifest = { name: 'guard', codex: { apiVersion: 2, contributes: { hooks: [{ event: 'New' }] } } }
  await session.home.write({ 'guard/package.json': JSON.stringify(manifest) })
  const { exitCode, stderr } = await session.run(exec)
  expect(exitCode).toBe(1)
  expect(stderr).toContain('needs plugin API 2')
  expect(session.server.requests).toEqual([])
})

test('hooks that are told hear of the start, of each call and of the end, and may tell the model', async () => {
  const note = (event: string) => hookModule(event, `return { context: '${event} heard ' + (payload.output ?? '') }`)
  const session = await guarded({
    SessionStart: note('SessionStart'),
    PostToolUse: note('PostToolUse'),
    Stop: hookModule('Stop', "throw new Error('at the very end')"),
  })
  const { exitCode } = await session.run(exec)
  expect(exitCode).toBe(0)
  expect(JSON.stringify(sentBody(session.server, 0).input)).toContain('SessionStart heard')
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain('PostToolUse heard Chunk ID: ')
})
