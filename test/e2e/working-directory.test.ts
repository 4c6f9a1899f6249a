import { existsSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedSession, sentBody } from '../support/scripted-session.ts'

test('a working directory that is named by a link is the one that it leads to', async () => {
  const session = await scriptedSession([{ text: 'One.' }, { text: 'Two.' }], {
    files: { 'real/AGENTS.md': 'Whisper.', 'real/src/deep/AGENTS.md': 'Shout.' },
    git: false,
  })
  const real = join(session.workspace.path, 'real')
  await symlink('real', join(session.workspace.path, 'link'))
  expect((await session.run(['exec', '--skip-git-repo-check', '-C', 'link', 'go'])).exitCode).toBe(0)
  const sent = JSON.stringify(sentBody(session.server, 0).input)
  expect(sent).toContain('Whisper.')
  expect(sent).toContain(`<cwd>${real}</cwd>`)
  const again = ['exec', '--skip-git-repo-check', '-C', real, 'resume', '--last', 'on']
  expect((await session.run(again)).exitCode).toBe(0)
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain('One.')
})

test.for([
  ['is not there', 'missing', 'No such file or directory'],
  ['is a file', 'file.txt', 'Not a directory'],
] as const)('a working directory that %s is an error before anything else', async ([, name, problem]) => {
  const session = await scriptedSession([], { files: { 'file.txt': '' } })
  const { exitCode, stderr } = await session.run(['exec', '-C', name, 'go'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain(`${name} cannot be opened: ${problem}`)
  expect(session.server.requests).toEqual([])
})

test('paths that a router sees are relative to the workspace, however they were given', async () => {
  const activation = '[activation]\nfile_patterns = ["src/**/*.rs"]\nthreshold = 0.5\n'
  const agent = `[agent]\nid = "ruster"\nname = "Ruster"\ndescription = "d"\n[prompt]\nsystem = "Rust."\n${activation}`
  const session = await scriptedSession([], { files: { 'src/main.rs': '' }, home: { 'agents/ruster.toml': agent } })
  for (const [cwd, path] of [
    ['.', 'src/main.rs'],
    ['src', 'main.rs'],
    ['.', join(session.workspace.path, 'src/main.rs')],
  ] as const) {
    const { stdout } = await session.run(['agents', 'route', '--json', '-C', cwd, `look at ${path}`])
    expect(JSON.parse(stdout).candidates, path).toContainEqual({
      agent: 'ruster',
      score: 0.5,
      reasons: ['names src/main.rs'],
    })
  }
})

test('where no home is known, nothing is kept in or run from the .codex of a repository', async () => {
  const session = await scriptedSession([], { files: { '.codex/config.toml': '' } })
  const env = { HOME: undefined, CODEX_HOME: undefined }
  expect((await session.run(['--help'], { env })).exitCode).toBe(0)
  expect(existsSync(join(session.workspace.path, '.codex/cache'))).toBe(false)
})
