import { execFileSync } from 'node:child_process'
import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'

const open = () => scriptedSession([{ calls: [{ shell: 'touch made' }] }, { text: 'Done.' }])
const exec = ['exec', '-s', 'workspace-write', 'go']

/** Makes a directory of CODEX_HOME one that nobody can list, root neither: a link to itself. */
function makeUnreadable({ home }: ScriptedSession, name: string): string {
  const directory = join(home.codexHome, name)
  symlinkSync(name, directory)
  return directory
}

test.each(['commands', 'agents'])('a directory of %s that cannot be read is told, and the rest works', async (name) => {
  const session = await open()
  const directory = makeUnreadable(session, name)
  const listed = await session.run([name, 'list'])
  expect(listed).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining(`${directory}: The directory cannot be read`),
  })
  expect(listed.stdout).toContain('review')
  expect(await session.run([name, 'lint'])).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(directory) })
  expect(await session.run(['doctor'])).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(directory) })
  expect((await session.run(exec)).exitCode).toBe(0)
})

test.each(['profiles', 'policies', 'rules'])(
  'a directory of %s that cannot be read stops threads: what its files forbid is not known',
  async (name) => {
    const session = await open()
    const directory = makeUnreadable(session, name)
    const { exitCode, stderr } = await session.run(exec)
    expect(exitCode).toBe(1)
    expect(stderr).toContain(directory)
    expect(session.server.requests).toEqual([])
    expect(existsSync(join(session.workspace.path, 'made'))).toBe(false)
    expect((await session.run(['commands', 'list'])).exitCode).toBe(0)
    expect(await session.run(['doctor'])).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(directory) })
  },
)

test('a directory that leads back into itself is walked once', async () => {
  const session = await open()
  await session.home.write({ 'commands/team/own.md': '---\nname: own\ndescription: d\n---\nHi\n' })
  symlinkSync('../..', join(session.home.codexHome, 'commands', 'team', 'loop'))
  const { exitCode, stdout, stderr } = await session.run(['commands', 'list', '--json'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(JSON.parse(stdout).filter(({ name }: { name: string }) => name === 'own')).toHaveLength(1)
})

test('a pipe where a file belongs does not hang: it is told and left out', async () => {
  const session = await open()
  await session.home.write({ 'commands/own.md': '---\nname: own\ndescription: d\n---\nHi\n' })
  execFileSync('mkfifo', [join(session.home.codexHome, 'commands', 'pipe.md')])
  const { exitCode, stdout, stderr } = await session.run(['commands', 'list'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('/own')
  expect(stderr).toContain('commands/pipe.md: This is not a regular file')
})

test.each(['null', '[{}]', '{"oclif": {"plugins": {}}}', '{"oclif": {"plugins": [{"type": "link"}]}}', '{"oclif":'])(
  'a list of installed plugins that is %s stops nothing',
  async (text) => {
    const session = await open()
    await session.home.write({ 'oclif/package.json': text })
    expect(await session.run(['agents', 'list'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('security-analyst'),
      stderr: expect.not.stringContaining('should not happen'),
    })
    expect((await session.run(exec)).exitCode).toBe(0)
  },
)

test('a file where the directory of plugins belongs is told and stops nothing', async () => {
  const session = await open()
  writeFileSync(join(session.home.codexHome, 'oclif'), '')
  expect(await session.run(['agents', 'list'])).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('ENOTDIR'),
  })
})
