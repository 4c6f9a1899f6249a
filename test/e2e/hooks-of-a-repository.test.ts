import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ModelTurn } from '../support/model-server.ts'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'

const calls: readonly ModelTurn[] = [{ calls: [{ shell: 'touch made' }] }, { text: 'Done.' }]
const exec = ['exec', '--json', '-s', 'workspace-write', 'go']
const hooks = (command: string) =>
  JSON.stringify({ hooks: { PreToolUse: [{ hooks: [{ type: 'command', command }] }] } })
const inToml = `[[hooks.PreToolUse]]\n[[hooks.PreToolUse.hooks]]\ntype = "command"\ncommand = "touch ran"\n`
const isThere = ({ workspace }: ScriptedSession, name: string) => existsSync(join(workspace.path, name))
const repository = (files: Readonly<Record<string, string>>) =>
  scriptedSession([...calls, ...calls, ...calls], { files })

test.each([
  ['hooks.json', { '.codex/hooks.json': hooks('touch ran') }],
  ['config.toml', { '.codex/config.toml': inToml }],
])('hooks in the %s of a repository run once it is trusted, and not before', async (name, files) => {
  const session = await repository(files)
  const untrusted = await session.run([...exec.slice(0, -1), '--dangerously-bypass-hook-trust', 'go'])
  expect(untrusted.exitCode).toBe(0)
  expect(isThere(session, 'ran')).toBe(false)
  expect((await session.run(['trust', '--show'])).stdout).toContain(`hooks          ${name}`)

  await session.run(['trust'])
  await session.run(exec)
  expect(isThere(session, 'ran')).toBe(true)
})

test('hooks that changed since the repository was trusted do not run until that is confirmed, or for one run that says so', async () => {
  const session = await repository({ '.codex/hooks.json': hooks('exit 0') })
  await session.run(['trust'])
  await writeFile(join(session.workspace.path, '.codex', 'hooks.json'), hooks('touch ran'))
  const { stdout } = await session.run(exec)
  expect(stdout).toContain('is not run: it was not there, or was another')
  expect(isThere(session, 'ran')).toBe(false)
  expect((await session.run(['trust', '--show'])).stdout).toContain('Not in force')

  await session.run([...exec.slice(0, -1), '--dangerously-bypass-hook-trust', 'go'])
  expect(isThere(session, 'ran')).toBe(true)
})

test('a repository opens nothing with its hooks: its profile only narrows', async () => {
  const outside = `${process.env.TMPDIR ?? '/tmp'}-codex-hook-outside`
  const handler = { type: 'command', command: `touch ${outside}`, profile: 'trusted', writable: ['/'] }
  const text = JSON.stringify({ hooks: { PreToolUse: [{ hooks: [handler] }] } })
  const session = await repository({ '.codex/hooks.json': text })
  await session.run(['trust'])
  const { stdout } = await session.run(exec)
  expect(existsSync(outside)).toBe(false)
  expect(stdout).toContain('A repository opens nothing for its hooks')
  expect(stdout).toContain('"type":"denial"')
})

test('hooks of files are turned off by their user, and not by a repository', async () => {
  const session = await scriptedSession([...calls, ...calls], {
    files: { '.codex/config.toml': '[features]\nhooks = false\n' },
    home: { 'hooks.json': hooks('touch ran') },
  })
  await session.run(['trust'])
  await session.run([...exec.slice(0, -1), '--disable', 'hooks', 'go'])
  expect([isThere(session, 'made'), isThere(session, 'ran')]).toEqual([true, false])
  await session.run(exec)
  expect(isThere(session, 'ran')).toBe(true)
})
