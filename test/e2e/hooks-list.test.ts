import { join } from 'node:path'
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

test('a hook under a profile that is not there is found by lint, at its line and with the nearest name', async () => {
  const hook = { type: 'command', command: 'exit 0', profile: 'workspace-writ' }
  const text = JSON.stringify({ hooks: { Stop: [{ hooks: [hook] }] } }, undefined, 2)
  const config = '[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "exit 0"\nprofile = "nowhere"\n'
  const session = await scriptedSession([], { home: { 'hooks.json': text }, tables: config })
  for (const argv of [['lint', '--kind', 'hooks'], ['lint']]) {
    const { exitCode, stdout } = await session.run([...argv, '--json'])
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject([
      {
        code: 'hooks.profile',
        file: join(session.home.codexHome, 'config.toml'),
        message: expect.stringContaining('nowhere'),
      },
      { code: 'hooks.profile', line: 9, hint: expect.stringContaining('workspace-write') },
    ])
  }
  const named = await session.run(['lint', join(session.home.codexHome, 'hooks.json')])
  expect(named.stdout + named.stderr).toContain('hooks.json:9:')
})

test('hooks of a repository that wait to be confirmed are listed as such, and in force once they are', async () => {
  const files = { '.codex/hooks.json': JSON.stringify(sound, undefined, 2) }
  const session = await scriptedSession([], { files })
  const list = async () => JSON.parse((await session.run(['hooks', 'list', '--json'])).stdout)
  expect(await list()).toMatchObject([{ event: 'PreToolUse', runs: 'exit 0', line: 7, state: 'waiting' }])
  const { stdout } = await session.run(['hooks', 'list'])
  expect(stdout).toMatch(/No hook is in force.*\n\nOf this repository, waiting for codex trust:\nPreToolUse {2}Bash/)
  expect(await session.run(['trust'])).toMatchObject({ exitCode: 0 })
  expect(await list()).toMatchObject([{ runs: 'exit 0', state: 'in_force' }])
  await session.workspace.write({ '.codex/hooks.json': JSON.stringify(sound) })
  expect(await list()).toMatchObject([{ runs: 'exit 0', state: 'waiting' }])
})

test('without hooks the list says where they would be', async () => {
  const session = await scriptedSession([])
  expect((await session.run(['hooks', 'list'])).stdout).toContain('No hook is in force')
})
