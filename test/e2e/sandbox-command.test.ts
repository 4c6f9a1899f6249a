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
