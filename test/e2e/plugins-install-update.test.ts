import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toolPlugin, writePackage } from '../support/plugin-package.ts'
import { type PluginSession, pluginSession, registryEnv } from '../support/plugin-session.ts'
import { codexBin } from '../support/run-codex.ts'
import { runOnTerminal } from '../support/run-on-terminal.ts'

const hookFile = {
  'guard.js':
    "import { defineHook } from 'codex-kernel/plugin-api'\nexport const hook = defineHook({ event: 'PreToolUse', async run() {} })\n",
}
const withHook = { contributes: { hooks: [{ event: 'PreToolUse', module: './guard.js' }] }, files: hookFile }

/** A session with codex-hello 1.0.0 installed from the registry. */
async function installed(
  options: Parameters<typeof toolPlugin>[2] = {},
  source = 'codex-hello',
): Promise<PluginSession> {
  const session = await pluginSession([])
  await session.publish(toolPlugin('codex-hello', '1.0.0', options))
  expect(await session.plugins(['install', source, '--yes'])).toMatchObject({
    exitCode: 0,
    stdout: 'Installed codex-hello 1.0.0.\n',
  })
  return session
}

const verified = async (session: PluginSession) => (await session.plugins(['verify'])).stdout

test('an update that asks for no more goes on without a question', async () => {
  const session = await installed()
  await session.publish(toolPlugin('codex-hello', '1.1.0', { says: 'better' }))
  const checked = await session.plugins(['update', '--check'])
  expect(checked).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('codex-hello 1.0.0: 1.1.0 is there.') })
  expect(await verified(session)).toBe('codex-hello 1.0.0  intact\n')
  expect(await session.plugins(['update'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('from 1.0.0 to 1.1.0'),
  })
  expect(await verified(session)).toBe('codex-hello 1.1.0  intact\n')
  expect((await session.plugins(['update', 'codex-hello'])).stdout).toBe('codex-hello 1.1.0: there is nothing newer.\n')
})

test.each([
  { what: 'a hook', options: withHook, says: 'hook PreToolUse' },
  { what: 'an effect', options: { effects: ['exec'] }, says: 'tool codex_hello may run commands' },
  {
    what: 'an install script',
    options: { packageJson: { scripts: { postinstall: 'node x.js' } } },
    says: 'install script postinstall: node x.js',
  },
  {
    what: 'a policy',
    options: { contributes: { policies: ['./p/*.toml'] }, files: { 'p/a.toml': '' } },
    says: 'policy file p/a.toml',
  },
  {
    what: 'a provider',
    options: { contributes: { providers: [{ id: 'other', module: './tool.js' }] } },
    says: 'provider other',
  },
])('an update that asks for $what is held until it is agreed to', async ({ options, says }) => {
  const session = await installed()
  await session.publish(toolPlugin('codex-hello', '1.1.0', options))
  const before = await session.state()
  const held = await session.plugins(['update', 'codex-hello'])
  expect({ exitCode: held.exitCode, stderr: held.stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining(`+ ${says}`),
  })
  expect(held.stderr).toContain('code: plugin.held')
  expect(await session.state()).toEqual(before)
  expect(await session.plugins(['update', 'codex-hello', '--yes'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining(`+ ${says}`),
  })
  expect(await verified(session)).toBe('codex-hello 1.1.0  intact\n')
})

test('a profile whose content changes is asked about again', async () => {
  const profile = (text: string) => ({
    contributes: { profiles: ['./profiles/*.toml'] },
    files: { 'profiles/wide.toml': text },
  })
  const session = await installed(profile('# narrow\n'))
  await session.publish(toolPlugin('codex-hello', '1.1.0', profile('# wide\n')))
  const held = await session.plugins(['update'])
  expect(held).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('profile file profiles/wide.toml') })
})

test('a range holds an update to what it allows', async () => {
  const session = await installed({}, 'codex-hello@^1.0.0')
  await session.publish(toolPlugin('codex-hello', '1.2.0', { says: 'newer' }))
  await session.publish(toolPlugin('codex-hello', '2.0.0', { says: 'newest' }))
  expect((await session.plugins(['update'])).stdout).toContain('from 1.0.0 to 1.2.0')
})

test('one update that is held does not hold the others', async () => {
  const session = await installed()
  await session.publish(toolPlugin('codex-other', '1.0.0'))
  await session.plugins(['install', 'codex-other', '--yes'])
  await session.publish(toolPlugin('codex-hello', '1.1.0', withHook))
  await session.publish(toolPlugin('codex-other', '1.1.0', { says: 'newer' }))
  const { exitCode, stdout, stderr } = await session.plugins(['update'])
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 1,
    stdout: expect.stringContaining('Updated codex-other from 1.0.0 to 1.1.0.'),
    stderr: expect.stringContaining('code: plugin.held'),
  })
  expect(await verified(session)).toBe('codex-hello 1.0.0  intact\ncodex-other 1.1.0  intact\n')
})

test('a plugin whose name is that of a property of every object is a plugin like others', async () => {
  const session = await pluginSession([])
  const folder = await writePackage(join(session.outside, 'constructor'), toolPlugin('constructor', '1.0.0'))
  expect(await session.plugins(['verify', 'constructor'])).toMatchObject({ exitCode: 2 })
  expect(await session.plugins(['link', folder, '--yes'])).toMatchObject({ exitCode: 0 })
  expect(await verified(session)).toBe('constructor 1.0.0  linked\n')
  expect(await session.plugins(['uninstall', 'constructor'])).toMatchObject({ exitCode: 0 })
})

test('a plugin whose scripts ran is not updated without them', async () => {
  const session = await pluginSession([])
  const mark = join(session.outside, 'ran')
  const scripted = (says: string) => ({ says, packageJson: { scripts: { postinstall: `echo ${'ran'} >> ${mark}` } } })
  await session.publish(toolPlugin('codex-hello', '1.0.0', scripted('one')))
  await session.plugins(['install', 'codex-hello', '--yes', '--run-scripts'])
  await session.publish(toolPlugin('codex-hello', '1.1.0', scripted('two')))
  expect(await session.plugins(['update'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('code: plugin.held'),
  })
  expect(await readFile(mark, 'utf8')).toBe('ran\n')
  expect(await session.plugins(['update', '--run-scripts', '--yes'])).toMatchObject({ exitCode: 0 })
  expect(await readFile(mark, 'utf8')).toBe('ran\nran\n')
})

test('verify names each file that was changed, taken away or added, also in dependencies', async () => {
  const session = await pluginSession([])
  await session.publish({ packageJson: { name: 'left', version: '1.0.0' }, files: { 'index.js': '' } })
  await session.publish(
    toolPlugin('codex-hello', '1.0.0', { packageJson: { dependencies: { left: '^1.0.0' } }, files: { 'more.js': '' } }),
  )
  await session.plugins(['install', 'codex-hello', '--yes'])
  expect(await verified(session)).toBe('codex-hello 1.0.0  intact\n')
  const modules = join(session.home.codexHome, 'oclif/node_modules')
  await appendFile(join(modules, 'left/index.js'), '// other\n')
  await rm(join(modules, 'codex-hello/more.js'))
  await mkdir(join(modules, 'codex-hello/node_modules/left'), { recursive: true })
  await writeFile(join(modules, 'codex-hello/node_modules/left/index.js'), '')
  await mkdir(join(modules, 'stray'))
  const { exitCode, stdout } = await session.plugins(['verify'])
  expect(exitCode).toBe(1)
  expect(stdout.trim().split('\n')).toEqual([
    'codex-hello 1.0.0  altered',
    '  missing: node_modules/codex-hello/more.js',
    '  added: node_modules/codex-hello/node_modules/left/index.js',
    '  changed: node_modules/left/index.js',
    'added: node_modules/stray, which no plugin brought',
  ])
  expect(JSON.parse((await session.plugins(['verify', '--json'])).stdout).plugins[0].differences).toHaveLength(3)
})

test('nothing is built on a plugin that was altered; installing it again mends it', async () => {
  const session = await installed()
  await session.publish(toolPlugin('codex-other', '1.0.0'))
  await appendFile(join(session.home.codexHome, 'oclif/node_modules/codex-hello/tool.js'), '// other\n')
  const refused = await session.plugins(['install', 'codex-other', '--yes'])
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('code: plugin.unverified') })
  expect(await session.plugins(['install', 'codex-hello', '--yes'])).toMatchObject({ exitCode: 0 })
  expect(await verified(session)).toBe('codex-hello 1.0.0  intact\n')
  expect(await session.plugins(['install', 'codex-other', '--yes'])).toMatchObject({ exitCode: 0 })
})

test('of two plugins that share a dependency one goes, without a network, and what the other needs stays', async () => {
  const session = await pluginSession([])
  await session.publish({ packageJson: { name: 'left', version: '1.0.0' }, files: { 'index.js': '' } })
  const needs = { packageJson: { dependencies: { left: '^1.0.0' } } }
  for (const name of ['codex-one', '@acme/codex-two']) {
    await session.publish(toolPlugin(name, '1.0.0', needs))
    expect(await session.plugins(['install', name, '--yes'])).toMatchObject({ exitCode: 0 })
  }
  const unreachable = { npm_config_registry: 'http://127.0.0.1:9/' } // the discard port: nobody listens
  expect(await session.plugins(['uninstall', 'codex-one'], { env: unreachable })).toMatchObject({ exitCode: 0 })
  expect(await session.plugins(['verify'])).toMatchObject({ exitCode: 0, stdout: '@acme/codex-two 1.0.0  intact\n' })
  const files = Object.keys(await session.state())
  expect(files.some((file) => file.endsWith('node_modules/left/index.js'))).toBe(true)
  expect(files.some((file) => file.includes('codex-one'))).toBe(false)
})

test('another source for a plugin that is installed is said, and takes its place', async () => {
  const session = await installed()
  const folder = await writePackage(join(session.outside, 'own'), toolPlugin('codex-hello', '0.1.0'))
  const { exitCode, stderr } = await session.plugins(['install', folder, '--yes'])
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: expect.stringContaining('It replaces 1.0.0, from codex-hello.'),
  })
  expect(await verified(session)).toBe('codex-hello 0.1.0  intact\n')
  expect((await session.plugins(['link', folder, '--yes'])).stderr).toContain('codex plugins uninstall codex-hello')
})

test.each([
  { keys: 'y\n', exitCode: 0, says: 'Installed codex-hello 1.0.0.', state: true },
  { keys: 'n\n', exitCode: 1, says: 'code: plugin.declined', state: false },
  { keys: '\u0004', exitCode: 1, says: 'code: plugin.declined', state: false },
  { keys: '\u0003', exitCode: 130, says: 'code: interrupted', state: false },
])('on a terminal the person is asked, and the answer decides: $says', async ({ keys, exitCode, says, state }) => {
  const session = await pluginSession([])
  await session.publish(toolPlugin('codex-hello', '1.0.0'))
  const env = {
    PATH: process.env.PATH,
    HOME: session.home.homeDir,
    CODEX_HOME: session.home.codexHome,
    ...registryEnv(session.registry),
  }
  const argv = [process.execPath, codexBin, 'plugins', 'install', 'codex-hello']
  const answered = await runOnTerminal(
    argv,
    { after: 'Install codex-hello 1.0.0?', keys },
    { cwd: session.workspace.path, env },
  )
  expect(answered).toEqual({ exitCode, shown: expect.stringContaining(says) })
  expect(Object.keys(await session.state()).length > 0).toBe(state)
})
