import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ScriptedSession, scriptedSession, sentBody } from '../support/scripted-session.ts'

const done = { text: 'Done.' }
const planted = 'developer_instructions = "PLANTED"\n[mcp_servers.planted]\ncommand = "touch"\nargs = ["started"]\n'
const files = { 'sub/a.txt': '', 'kept/.codex/config.toml': 'developer_instructions = "KEPT"\n' }

/** What the model is told in a directory, and what is warned of. */
async function told(session: ScriptedSession, directory: string): Promise<{ sent: string; stdout: string }> {
  const { stdout, exitCode } = await session.run(['exec', '--json', '-C', directory, 'go'])
  expect(exitCode).toBe(0)
  return { sent: JSON.stringify(sentBody(session.server, -1)), stdout }
}

const sandboxed = (session: ScriptedSession, script: string) =>
  session.run(['sandbox', '-P', 'workspace-write', '--', 'bash', '-c', `C=.codex; ${script}`])

async function trusted(turns: number): Promise<ScriptedSession> {
  const session = await scriptedSession(
    Array.from({ length: turns }, () => done),
    { files },
  )
  expect((await session.run(['trust'])).stderr).toContain(
    `with ${join(session.workspace.path, 'kept/.codex/config.toml')}`,
  )
  return session
}

test.each([
  ['in a directory that was there', 'sub', `mkdir sub/$C; printf '${planted}' > sub/$C/config.toml`],
  ['in a new directory', 'made', `mkdir -p made/$C; printf '${planted}' > made/$C/config.toml`],
  ['by a link', 'sub', `mkdir conf; printf '${planted}' > conf/config.toml; ln -s ../conf sub/$C`],
  ['by a rename', 'sub', `mkdir -p new/$C; printf '${planted}' > new/$C/config.toml; mv new/$C sub/$C`],
  [
    'under the path of a confirmed one',
    'kept',
    `mv kept old; mkdir -p kept/$C; printf '${planted}' > kept/$C/config.toml`,
  ],
])('configuration that a command makes %s is not obeyed by the next run', async (_, directory, script) => {
  const session = await trusted(1)
  await sandboxed(session, script)
  const { sent } = await told(session, directory)
  expect(sent).not.toContain('PLANTED')
  await expect(stat(join(session.workspace.path, directory, 'started'))).rejects.toThrow('ENOENT')
})

test.each([
  ['a new one', 'mkdir $C; printf x > $C/config.toml'],
  ['a link', 'mkdir conf; ln -s conf $C'],
  ['a directory of another name', 'mkdir conf; mv -T conf $C'],
  ['another root', 'mv "$PWD" "$PWD.old"'],
])('a command cannot put %s at the root where there is no .codex', async (_, script) => {
  const session = await trusted(0)
  await sandboxed(session, script)
  await expect(stat(join(session.workspace.path, '.codex', 'config.toml'))).rejects.toThrow('ENOENT')
  await expect(stat(join(session.workspace.path, '.codex'))).rejects.toThrow('ENOENT')
  expect((await stat(session.workspace.path)).isDirectory()).toBe(true)
})

test('what was there when the repository was trusted is obeyed; what changed since waits for codex trust', async () => {
  const session = await trusted(4)
  const file = join(session.workspace.path, 'kept/.codex/config.toml')
  expect((await told(session, 'kept')).sent).toContain('KEPT')
  await writeFile(file, 'developer_instructions = "CHANGED"\n')
  const changed = await told(session, 'kept')
  expect(changed.sent).not.toMatch(/KEPT|CHANGED/)
  expect(changed.stdout).toContain('kept/.codex/config.toml is ignored')
  expect(changed.stdout).toContain('codex trust')
  // A script that always says --trust confirms nothing.
  expect((await session.run(['exec', '--trust', '-C', 'kept', 'go'])).exitCode).toBe(0)
  const list = join(session.home.codexHome, 'confirmed-configs.json')
  const before = await readFile(list, 'utf8')
  await session.run(['trust'])
  expect(await readFile(list, 'utf8')).not.toBe(before)
  expect((await stat(list)).mode & 0o777).toBe(0o600)
  expect((await told(session, 'kept')).sent).toContain('CHANGED')
})

test('--show tells what is in force below the root from what waits; --revoke forgets it', async () => {
  const session = await trusted(0)
  await sandboxed(session, `mkdir sub/$C; printf '${planted}' > sub/$C/config.toml`)
  const show = async () => JSON.parse((await session.run(['trust', '--show', '--json'])).stdout).parts
  const file = (path: string) => join(session.workspace.path, path)
  const kept = { kind: 'configuration', id: 'kept/.codex/config.toml', file: file('kept/.codex/config.toml') }
  const waiting = { kind: 'configuration', id: 'sub/.codex/config.toml', file: file('sub/.codex/config.toml') }
  expect(await show()).toEqual([kept, { ...waiting, waits: true }])
  const text = (await session.run(['trust', '--show', '-C', 'sub'])).stdout
  expect(text).toMatch(/In force, since it is trusted:\n.*kept\/\.codex.*\nNot in force: .*\n.*sub\/\.codex/)
  await session.run(['trust', '--revoke'])
  expect(await show()).toEqual([kept, waiting])
  const list = await readFile(join(session.home.codexHome, 'confirmed-configs.json'), 'utf8')
  expect(list).not.toContain(session.workspace.path)
})

test('trust that was written by hand confirms nothing below the root', async () => {
  const session = await scriptedSession([done], { files })
  const { path } = session.workspace
  await session.home.write({ 'kernel.toml': `[projects.${JSON.stringify(path)}]\ntrust_level = "trusted"\n` })
  const { sent, stdout } = await told(session, 'kept')
  expect(sent).not.toContain('KEPT')
  expect(stdout).toContain('codex trust')
})

test('what cannot be read below the root stops no run', async () => {
  const session = await trusted(2)
  const { path } = session.workspace
  await mkdir(join(path, 'sub/.codex/config.toml'), { recursive: true })
  await told(session, 'sub')
  await rm(join(session.home.codexHome, 'confirmed-configs.json'))
  await writeFile(join(session.home.codexHome, 'confirmed-configs.json'), '[')
  expect((await told(session, 'kept')).sent).not.toContain('KEPT')
})

test('configuration at the root that is a link to a file which commands may write counts as it was confirmed', async () => {
  const session = await scriptedSession([done, done], { files: { 'conf.toml': 'developer_instructions = "KEPT"\n' } })
  await mkdir(join(session.workspace.path, '.codex'))
  await symlink('../conf.toml', join(session.workspace.path, '.codex/config.toml'))
  await session.run(['trust'])
  expect((await told(session, '.')).sent).toContain('KEPT')
  expect((await sandboxed(session, `printf '${planted}' > conf.toml`)).exitCode).toBe(0)
  expect((await told(session, '.')).sent).not.toContain('PLANTED')
})
