import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

test.each([
  { profile: ':read-only', made: false },
  { profile: ':workspace', made: true },
  { profile: ':danger-full-access', made: true },
  { profile: 'workspace-write', made: true },
])('-P $profile names a profile; the workspace is written: $made', async ({ profile, made }) => {
  const session = await scriptedSession([])
  const { exitCode } = await session.run(['sandbox', '-P', profile, '--', 'touch', 'made'])
  expect(exitCode === 0).toBe(made)
  expect(existsSync(join(session.workspace.path, 'made'))).toBe(made)
})

test('options before the command are of this program, and not of the command that runs', async () => {
  const session = await scriptedSession([], { files: { 'sub/a.txt': '' } })
  const { stdout, stderr } = await session.run(['-C', 'sub', 'sandbox', '--', 'echo', '-n', 'in', '*'])
  expect({ stdout, stderr }).toEqual({ stdout: 'in *', stderr: '' })
  expect((await session.run(['-C', 'sub', 'sandbox', '--', 'ls'])).stdout).toBe('a.txt\n')
})

test.each([
  [[], ['a', 'b', 'a', 'c', 'b']],
  [
    ['-C', '.'],
    ['x', '.', '-C', '.'],
  ],
  [
    ['-P', 'offline'],
    ['A', 'offline', '-P', 'offline'],
  ],
  [[], ['x', '--', 'y', '--', 'z']],
])('words that occur twice stay where they were typed: %j, %j', async (options, words) => {
  const session = await scriptedSession([])
  const { stdout } = await session.run(['sandbox', ...options, '--', 'printf', '<%s>', ...words])
  expect(stdout).toBe(words.map((word) => `<${word}>`).join(''))
})

test('a server is kept with its words as they were typed', async () => {
  const session = await scriptedSession([])
  const command = ['node', 'srv', '--dir', 'a', '--dir', 'b', '--root', 'a', '--env', 'A=b']
  const added = await session.run(['mcp', 'add', 'one', '--env', 'A=b', '--', ...command])
  expect(added).toMatchObject({ exitCode: 0 })
  const shown = JSON.parse((await session.run(['mcp', 'get', 'one', '--json'])).stdout)
  expect(JSON.stringify(shown)).toContain(JSON.stringify(command.slice(1)))
})
