import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

const touch = [{ calls: [{ shell: 'echo x > made' }] }, { text: 'Done.' }]

async function currentProfile(argv: readonly string[], config = ''): Promise<string> {
  const session = await scriptedSession([], { config })
  const { stdout } = await session.run(['profiles', 'list', '--json', ...argv])
  return JSON.parse(stdout).find(({ current }: { current: boolean }) => current).id
}

test.each([
  { argv: [], config: '', id: 'offline' },
  { argv: ['-p', 'workspace-write'], config: '', id: 'workspace-write' },
  { argv: ['-p', 'workspace'], config: '', id: 'workspace-write' },
  { argv: ['--security-profile', 'trusted'], config: '', id: 'trusted' },
  { argv: [], config: 'security_profile = "net-read-only"', id: 'net-read-only' },
  { argv: [], config: 'sandbox_mode = "workspace-write"', id: 'workspace-write' },
  { argv: ['-p', 'offline'], config: 'sandbox_mode = "workspace-write"', id: 'offline' },
  { argv: ['-c', 'sandbox_mode="danger-full-access"'], config: '', id: 'trusted' },
])('the profile in force: $argv, $config', async ({ argv, config, id }) => {
  expect(await currentProfile(argv, config)).toBe(id)
})

test('five profiles come with the program', async () => {
  const session = await scriptedSession([])
  const { stdout } = await session.run(['profiles', 'list', '--json'])
  expect(JSON.parse(stdout).map(({ id }: { id: string }) => id)).toEqual([
    'net-read-only',
    'offline',
    'trusted',
    'workspace-net',
    'workspace-write',
  ])
})

test('a profile that is not there is exit 2 with the nearest names', async () => {
  const session = await scriptedSession(touch)
  const { exitCode, stderr } = await session.run(['-p', 'workspace-wriet', 'hello there'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('workspace-write')
  expect(session.server.requests).toEqual([])
})

test.each([
  { profile: 'offline', made: false },
  { profile: 'net-read-only', made: false },
  { profile: 'workspace-write', made: true },
  { profile: 'workspace-net', made: true },
  { profile: 'trusted', made: true },
])('a command under $profile writes into the workspace: $made', async ({ profile, made }) => {
  const session = await scriptedSession(touch)
  expect((await session.run(['-p', profile, 'make it so'])).exitCode).toBe(0)
  expect(existsSync(join(session.workspace.path, 'made'))).toBe(made)
})

test('a profile of the home that extends another narrows it', async () => {
  const home = {
    'profiles/careful.toml':
      'id = "careful"\nextends = "workspace-write"\n[write]\nallow = [":workspace/out/**", ":workspace/out"]\n',
  }
  const turns = [{ calls: [{ shell: 'echo x > out/yes' }, { shell: 'echo x > no' }] }, { text: 'Done.' }]
  const session = await scriptedSession(turns, { home, files: { 'out/.keep': '' } })
  expect((await session.run(['-p', 'careful', 'make it so'])).exitCode).toBe(0)
  expect(existsSync(join(session.workspace.path, 'out', 'yes'))).toBe(true)
  expect(existsSync(join(session.workspace.path, 'no'))).toBe(false)
})

test("a command's profile narrows the one in force and never widens it", async () => {
  const home = { 'commands/careful.md': '---\ndescription: d\nprofile: offline\n---\nGo.\n' }
  const narrowed = await scriptedSession(touch, { home })
  expect((await narrowed.run(['-p', 'workspace-write', '/careful'])).exitCode).toBe(0)
  expect(existsSync(join(narrowed.workspace.path, 'made'))).toBe(false)

  const wide = { 'commands/wide.md': '---\ndescription: d\nprofile: trusted\n---\nGo.\n' }
  const session = await scriptedSession(touch, { home: wide })
  expect((await session.run(['/wide'])).exitCode).toBe(0)
  expect(existsSync(join(session.workspace.path, 'made'))).toBe(false)
})
