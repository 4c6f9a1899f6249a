import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'

const narrow = `id = "workspace-write"
extends = "workspace-write"
description = "Only sources are written."

[write]
allow = [":workspace/src"]
`
const wide = `id = "wide"
description = "Writes the workspace."
read = { allow = ["/**"] }
write = { allow = [":workspace"] }
exec = { allow = ["*"] }
`
const files = { '.codex/profiles/workspace-write.toml': narrow, '.codex/profiles/wide.toml': wide, 'src/a.txt': '' }

async function open(isTrusted: boolean): Promise<ScriptedSession> {
  const session = await scriptedSession([], { files })
  if (isTrusted) await session.run(['trust'])
  return session
}

test.each([false, true])(
  'a profile that extends its own name narrows the one below it (trusted: %s)',
  async (isTrusted) => {
    const { run, workspace } = await open(isTrusted)
    for (const argv of [['lint'], ['profiles', 'lint'], ['lint', '.codex/profiles/workspace-write.toml']])
      expect(await run(argv)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing wrong') })
    const shown = JSON.parse((await run(['profiles', 'show', 'project:workspace-write', '--json'])).stdout)
    expect(shown.files).toEqual([
      expect.stringMatching(/profiles\/workspace-write\.toml$/),
      join(workspace.path, '.codex/profiles/workspace-write.toml'),
      expect.stringMatching(/profiles\/offline\.toml$/),
    ])
    expect(shown.terms['write allow']).toBe(':workspace, :tmp, :caches; of these :workspace/src; of these nothing')
    const differ = await run(['profiles', 'diff', 'offline', 'project:workspace-write', '--json'])
    expect(JSON.parse(differ.stdout)['write allow']).toEqual({
      offline: 'nothing',
      'project:workspace-write': ':workspace, :tmp, :caches; of these :workspace/src',
    })
    const inside = ['sandbox', '--profile', 'workspace-write', '--', 'sh', '-c', 'touch src/made; touch made']
    await run(inside)
    expect([existsSync(join(workspace.path, 'src/made')), existsSync(join(workspace.path, 'made'))]).toEqual([
      true,
      false,
    ])
  },
)

test.each([false, true])('a profile that the repository narrows is shown so (trusted: %s)', async (isTrusted) => {
  const { run, workspace } = await open(isTrusted)
  expect((await run(['profiles', 'list'])).stdout).toContain('[of this repository: it only narrows]\n')
  const file = join(workspace.path, '.codex/profiles/workspace-write.toml')
  const { stdout } = await run(['profiles', 'show', 'workspace-write'])
  expect(stdout).toContain(`\n[2] ${file}  (this repository narrows it)\n`)
  expect(stdout).toMatch(/^write allow +:workspace, :tmp, :caches \[1\]; of these :workspace\/src \[2\]$/m)
  expect(stdout).toMatch(/^approvals +never \[2\]$/m)
  const shown = JSON.parse((await run(['profiles', 'show', '-p', 'workspace-write', '--json'])).stdout)
  expect(shown).toMatchObject({ id: 'workspace-write', narrowed_by: [file], terms: { temp: 'private' } })
})

test('a profile that extends its own name where none is below it is an error that says so', async () => {
  const lonely = 'id = "lonely"\nextends = "lonely"\ndescription = "x"\n'
  const { run } = await scriptedSession([], { files: { '.codex/profiles/lonely.toml': lonely } })
  const { exitCode, stdout, stderr } = await run(['profiles', 'lint'])
  expect(exitCode).toBe(1)
  expect(stdout + stderr).toContain('extends "lonely", which no other profile is called')
})

test.each([false, true])(
  '--profile project:NAME chooses it, no wider than offline (trusted: %s)',
  async (isTrusted) => {
    const { run, workspace } = await open(isTrusted)
    for (const profile of ['project:wide', 'project:workspace-write']) {
      const { exitCode, stdout } = await run(['sandbox', '--profile', profile, '--', 'sh', '-c', 'ls; touch src/made'])
      expect(stdout).toMatch(/^src\n/)
      expect(exitCode).not.toBe(0)
      expect(existsSync(join(workspace.path, 'src/made'))).toBe(false)
    }
  },
)

test('the hint for a plain name that only an untrusted repository has works', async () => {
  const { run } = await open(false)
  const { exitCode, stderr } = await run(['sandbox', '--profile', 'wide', '--', 'ls'])
  expect(exitCode).not.toBe(0)
  const [, hinted = ''] = /Did you mean (\S+)\?/.exec(stderr) ?? []
  expect(hinted).toBe('project:wide')
  expect(await run(['sandbox', '--profile', hinted, '--', 'ls'])).toMatchObject({ exitCode: 0, stdout: 'src\n' })
})

test.each(['project:../x', 'project:', '../x'])('--profile %s is no name', async (profile) => {
  const { run } = await open(false)
  expect(await run(['sandbox', '--profile', profile, '--', 'ls'])).toMatchObject({ exitCode: 2, stdout: '' })
})

test.each([false, true])(
  'a denial of the repository names the line that says so, and no other profile (trusted: %s)',
  async (isTrusted) => {
    const session = await open(isTrusted)
    const file = join(session.workspace.path, '.codex/profiles/workspace-write.toml')
    await session.workspace.write({ 'add.patch': '*** Begin Patch\n*** Add File: made\n+x\n*** End Patch\n' })
    const { exitCode, stderr } = await session.run(['apply-patch', '--profile', 'workspace-write', 'add.patch'])
    expect(exitCode).toBe(5)
    expect(stderr).toContain(`hint: The repository says so in ${file}:5: `)
    expect(stderr).not.toContain('Choose a profile')
    expect(existsSync(join(session.workspace.path, 'made'))).toBe(false)
    const why = JSON.parse((await session.run(['audit', 'why', '--json'])).stdout)
    expect(why.record).toMatchObject({
      outcome: 'deny',
      file: expect.stringContaining('workspace-write.toml'),
      line: 5,
    })
  },
)
