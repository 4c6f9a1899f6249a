import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

test('a profile that is not there is told with the line of the configuration that names it', async () => {
  const { run, home, workspace } = await scriptedSession([])
  const argv = ['sandbox', '--', 'touch', join(workspace.path, 'made')]
  await home.write({ 'config.toml': 'model = "m"\nsecurity_profile = "workspace-writ"\n' })
  expect(await run(argv)).toMatchObject({
    exitCode: 2,
    stderr: `error: No profile is called "workspace-writ", which security_profile names
  at ${join(home.codexHome, 'config.toml')}:2:1 (field: security_profile)
hint: Did you mean workspace-write, workspace-net?
code: usage.unknown_definition
`,
  })
  await home.write({ 'config.toml': 'model = "m"\n' })
  await workspace.write({ '.codex/config.toml': 'security_profile = "theirs"\n' })
  await run(['trust'])
  const { exitCode, stderr } = await run(argv)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(`at ${join(workspace.path, '.codex/config.toml')}:1:1 (field: security_profile)`)
  expect(await readdir(workspace.path)).not.toContain('made')
})

test.each([
  ['sandbox', '-P', '', '--', 'true'],
  ['sandbox', '--security-profile', '', '--', 'true'],
  ['sandbox', '-P', ':nope', '--', 'true'],
  ['sandbox', '--profile', 'offline', '-P', 'offline', '--', 'true'],
  ['exec', '--sandbox', 'nope', 'hi'],
  ['exec', '--sandbox-mode', 'nope', 'hi'],
  ['profiles', 'explain', 'exec', ''],
  ['profiles', 'explain', 'network', 'GET'],
  ['trust', '--show', '--revoke'],
])('codex %s %s %s is a usage error with something to do', async (...argv) => {
  const { run } = await scriptedSession([])
  const { exitCode, stdout, stderr } = await run(argv)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toMatch(/^error: (?!The following error).+\n(?:.+\n)*hint: .+\ncode: usage\./m)
})

test('a profile whose file is broken is shown with what is wrong in it', async () => {
  const { run, home } = await scriptedSession([], { home: { 'profiles/broken.toml': 'id = "broken"\nwrote = 1\n' } })
  const { exitCode, stderr } = await run(['profiles', 'show', 'broken'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain(
    `"broken" did not load: Unknown field "wrote"\n  at ${home.codexHome}/profiles/broken.toml:2:1`,
  )
})

test('a new profile or policy that hides the one of the program says so; one of a repository hides none', async () => {
  const { run } = await scriptedSession([])
  expect((await run(['profiles', 'new', 'offline'])).stdout).toContain('From now on it hides the built-in one')
  expect((await run(['policies', 'new', 'default'])).stdout).toContain('stands beside the built-in one')
  expect((await run(['profiles', 'new', 'workspace-write', '--project'])).stdout).not.toContain('hides')
})
