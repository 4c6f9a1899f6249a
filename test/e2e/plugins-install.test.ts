import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fixture } from '../support/fixture-session.ts'
import { packFolder, toolPlugin, writePackage } from '../support/plugin-package.ts'
import { pluginSession } from '../support/plugin-session.ts'
import { type ScriptedSession, scriptedSession, sentBody } from '../support/scripted-session.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const call = (name: string, input: object = {}) => ({ calls: [{ name, arguments: input }] })

async function folder(): Promise<string> {
  const workspace = await makeWorkspace()
  onTestFinished(() => workspace.remove())
  return workspace.path
}

/** Names in CODEX_HOME that have to do with plugins. */
async function pluginState({ home }: ScriptedSession): Promise<readonly string[]> {
  return (await readdir(home.codexHome)).filter((name) => name.startsWith('oclif'))
}

function jsonOf<T>(stdout: string): T {
  return JSON.parse(stdout) // the caller says what it printed
}

test('without a terminal and without --yes a plugin is shown and nothing is installed', async () => {
  const session = await scriptedSession([])
  const { exitCode, stdout, stderr } = await session.run(['plugins', 'install', fixture('plugins', 'everything')])
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  for (const line of [
    'tool dice',
    'provider parrot',
    'hook PreToolUse for tools that match dice',
    'policy file policies/no-bells.toml',
  ]) {
    expect(stderr).toContain(line)
  }
  expect(stderr).toContain('code: plugin.unconfirmed')
  expect(await pluginState(session)).toEqual([])
})

test('a tarball is installed, works, is listed, and vanishes whole', async () => {
  const tarball = await packFolder(fixture('plugins', 'everything'), await folder())
  const session = await scriptedSession([call('dice', { sides: 6 }), { text: 'Done.' }])
  const installed = await session.run(['plugins', 'install', tarball, '--yes', '--json'])
  expect(installed).toMatchObject({ exitCode: 0 })
  expect(jsonOf(installed.stdout)).toMatchObject({
    plugins: [{ name: 'everything', version: '2.3.4', outcome: 'installed', contributes: { providers: ['parrot'] } }],
  })
  expect(await session.run(['exec', 'roll'])).toMatchObject({ exitCode: 0 })
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain('rolled 6')
  const listed = jsonOf<{ plugins: readonly object[] }>((await session.run(['plugins', 'list', '--json'])).stdout)
  expect(listed.plugins).toContainEqual({
    name: 'everything',
    version: '2.3.4',
    type: 'installed',
    source: tarball,
    status: 'on',
  })
  expect(await session.run(['plugins', 'verify'])).toMatchObject({ exitCode: 0, stdout: 'everything 2.3.4  intact\n' })

  const gone = await session.run(['plugins', 'uninstall', 'everything'])
  expect(gone).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('hooks and policies are no longer in force'),
  })
  expect((await session.run(['extensions', '--json'])).stdout).not.toContain('everything')
  const data = join(session.home.codexHome, 'oclif')
  expect((await readdir(data)).sort()).toEqual(['codex-plugins.lock.json', 'digests', 'package.json'])
  expect(await readFile(join(data, 'package.json'), 'utf8')).not.toContain('everything')
  expect(await pluginState(session)).toEqual(['oclif'])
})

test('a folder is copied: what changes in it afterwards does not count', async () => {
  const path = await writePackage(join(await folder(), 'hello'), toolPlugin('codex-hello', '1.0.0', { says: 'first' }))
  const session = await scriptedSession([call('codex_hello'), { text: 'Done.' }])
  expect(await session.run(['plugins', 'install', path, '--yes'])).toMatchObject({ exitCode: 0 })
  await writePackage(path, toolPlugin('codex-hello', '1.0.0', { says: 'second' }))
  expect(await session.run(['exec', 'hello'])).toMatchObject({ exitCode: 0 })
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain('first')
})

test('a tarball at a web address is fetched, and fetched again for an update', async () => {
  const session = await pluginSession([])
  await session.publish(toolPlugin('codex-hello', '1.0.0'))
  const source = `${session.registry.url}codex-hello/-/codex-hello-1.0.0.tgz`
  expect(await session.run(['plugins', 'install', source, '--yes'])).toMatchObject({ exitCode: 0 })
  expect(await session.run(['plugins', 'update'])).toMatchObject({
    exitCode: 0,
    stdout: 'codex-hello 1.0.0: there is nothing newer.\n',
  })
  expect(session.registry.requests).toEqual(Array(2).fill('codex-hello/-/codex-hello-1.0.0.tgz'))
  const missing = await session.run(['plugins', 'install', `${session.registry.url}no/-/no.tgz`, '--yes'])
  expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('answers 404') })
})

test('the same package again is no work, and needs no yes', async () => {
  const path = await writePackage(join(await folder(), 'hello'), toolPlugin('codex-hello', '1.0.0'))
  const session = await scriptedSession([])
  await session.run(['plugins', 'install', path, '--yes'])
  expect(await session.run(['plugins', 'install', path])).toMatchObject({
    exitCode: 0,
    stdout: 'codex-hello 1.0.0 is installed already, and intact.\n',
  })
})

test('a linked folder is used where it lies, and stays when the link is taken away', async () => {
  const path = await writePackage(join(await folder(), 'hello'), toolPlugin('codex-hello', '1.0.0', { says: 'first' }))
  const session = await scriptedSession([call('codex_hello'), { text: 'Done.' }])
  expect(await session.run(['plugins', 'link', path])).toMatchObject({ exitCode: 2 })
  expect(await session.run(['plugins', 'link', path, '--yes'])).toMatchObject({ exitCode: 0 })
  await writePackage(path, toolPlugin('codex-hello', '1.0.0', { says: 'second' }))
  expect(await session.run(['exec', 'hello'])).toMatchObject({ exitCode: 0 })
  expect(JSON.stringify(sentBody(session.server, 1).input)).toContain('second')
  expect((await session.run(['plugins', 'verify'])).stdout).toBe('codex-hello 1.0.0  linked\n')
  expect(await session.run(['plugins', 'uninstall', 'codex-hello'])).toMatchObject({ exitCode: 0 })
  expect(existsSync(join(path, 'tool.js'))).toBe(true)
  expect((await session.run(['plugins', 'list'])).stdout).not.toContain('codex-hello')
})

test('what would be installed can be looked at, and nothing stays of it', async () => {
  const session = await scriptedSession([])
  const { exitCode, stdout } = await session.run(['plugins', 'inspect', fixture('plugins', 'everything'), '--json'])
  expect(exitCode).toBe(0)
  expect(jsonOf(stdout)).toMatchObject({
    name: 'everything',
    type: 'not installed',
    contributes: {
      tools: [
        { id: 'dice', effects: [] },
        { id: 'lucky', effects: [] },
      ],
      routers: ['exclaim'],
    },
  })
  expect(await pluginState(session)).toEqual([])
})

test('a name that is not installed is told, with those that are', async () => {
  const session = await scriptedSession([])
  await session.run(['plugins', 'link', fixture('plugins', 'own-command'), '--yes'])
  for (const command of ['uninstall', 'update', 'verify']) {
    const { exitCode, stderr } = await session.run(['plugins', command, 'nobody'])
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining('No plugin "nobody" is installed'),
    })
  }
})
