import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

const broken = { hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'prompt', prompt: 'may it?' }] }] } }
const sound = { hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: 'exit 0' }] }] } }

test('hooks list names each hook with its file and line', async () => {
  const text = JSON.stringify(sound, undefined, 2)
  const session = await scriptedSession([], { home: { 'hooks.json': text } })
  const { stdout } = await session.run(['hooks', 'list'])
  expect(stdout).toMatch(/^PreToolUse {2}Bash {2}exit 0 {2}\[600 s\] {2}.*hooks\.json:7\n$/)
  expect(JSON.parse((await session.run(['hooks', 'list', '--json'])).stdout)).toMatchObject([
    { event: 'PreToolUse', matcher: 'Bash', runs: 'exit 0', timeoutMs: 600_000, line: 7 },
  ])
})

test('a hook that would decide and cannot be run stops threads, and lint and doctor name its line', async () => {
  const text = JSON.stringify(broken, undefined, 2)
  const session = await scriptedSession([{ text: 'Done.' }], { home: { 'hooks.json': text } })
  const { exitCode, stderr } = await session.run(['exec', 'go'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('hooks.json:8:')
  expect(stderr).toContain('A hook of the type prompt is not run')
  expect(session.server.requests).toEqual([])
  const lint = await session.run(['lint'])
  expect(lint.exitCode).toBe(1)
  expect(lint.stdout + lint.stderr).toContain('hooks.json:8:')
  expect((await session.run(['doctor'])).stdout).toContain('hooks.json:8:')
})

test('without hooks the list says where they would be', async () => {
  const session = await scriptedSession([])
  expect((await session.run(['hooks', 'list'])).stdout).toContain('No hook is in force')
})
