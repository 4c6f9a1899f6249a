import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installedPlugins } from '../support/installed-plugins.ts'
import { toolPlugin } from '../support/plugin-package.ts'
import { pluginSession } from '../support/plugin-session.ts'

const wish = '[plugins."codex-hello"]\ninstall = "codex-hello@^1.0.0"\n'
const done = { text: 'Done.' }

async function wishing(files: Readonly<Record<string, string>> = { '.codex/config.toml': wish }) {
  const session = await pluginSession([done, done], { files })
  await session.publish(toolPlugin('codex-hello', '1.0.0'))
  return session
}

test('a thread in a trusted repository says once which wished plugins are missing, and runs', async () => {
  const session = await wishing()
  await session.run(['trust'])
  const { exitCode, events } = await session.run(['exec', '--json', 'hello'])
  expect(exitCode).toBe(0)
  const notices = events.filter(({ item }) => JSON.stringify(item ?? '').includes('codex-hello'))
  expect(notices).toEqual([
    expect.objectContaining({
      item: expect.objectContaining({
        type: 'notice',
        message: expect.stringContaining('codex plugins install shows each and asks'),
      }),
    }),
  ])
})

test('a repository that is not trusted wishes for nothing', async () => {
  const session = await wishing()
  expect((await session.run(['exec', '--json', 'hello'])).stdout).not.toContain('codex-hello')
  expect(await session.plugins(['install', '--yes'])).toMatchObject({
    exitCode: 0,
    stdout: 'The repository wishes for no plugin that is not installed.\n',
  })
  expect(session.registry.requests).toEqual([])
})

test('a wish is installed when a person agrees to it, and is then no longer told', async () => {
  const session = await wishing()
  await session.run(['trust'])
  expect((await session.plugins(['list'])).stdout).toContain('codex-hello  wished for  codex-hello@^1.0.0')
  expect(await session.plugins(['install'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('tool codex_hello'),
  })
  expect(await session.state()).toEqual({})
  expect(await session.plugins(['install', '--yes'])).toMatchObject({
    exitCode: 0,
    stdout: 'Installed codex-hello 1.0.0.\n',
  })
  expect((await session.run(['exec', '--json', 'hello'])).stdout).not.toContain('wishes for')
})

test('a wish for a folder starts at the repository, and its name has to be that of the package', async () => {
  const { packageJson, files = {} } = toolPlugin('codex-near', '1.0.0')
  const plugin = {
    'tools/near/package.json': JSON.stringify(packageJson),
    'tools/near/tool.js': files['tool.js'] ?? '',
  }
  const session = await wishing({ '.codex/config.toml': '[plugins.codex-near]\ninstall = "./tools/near"\n', ...plugin })
  await session.run(['trust'])
  expect(await session.plugins(['install', '--yes'])).toMatchObject({
    exitCode: 0,
    stdout: 'Installed codex-near 1.0.0.\n',
  })
  await writeFile(join(session.workspace.path, '.codex/config.toml'), '[plugins.other]\ninstall = "./tools/near"\n')
  const { exitCode, stderr } = await session.plugins(['install', '--yes'])
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining('is called codex-near, not other'),
  })
})

test('a repository cannot turn a plugin off, trusted or not', async () => {
  const session = await wishing({ '.codex/config.toml': '[plugins.everything]\nenabled = false\n' })
  await session.home.write(installedPlugins('everything'))
  await session.run(['trust'])
  const { stdout, stderr } = await session.plugins(['list'])
  expect(stdout).toMatch(/everything 2\.3\.4 {2}linked {2}\S+ {2}on/)
  expect(stderr).toContain('A repository cannot set plugins.everything.enabled')
  expect((await session.run(['exec', 'say the forbidden word'])).stderr).toContain('that word')
})

test('a plugin that is turned off brings no command of the program either', async () => {
  const session = await pluginSession([], { home: installedPlugins('own-command') })
  expect(await session.run(['census'])).toMatchObject({ exitCode: 0 })
  const off = ['-c', 'plugins.own-command.enabled=false']
  expect(await session.run(['census', ...off])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('is no command'),
  })
  await session.home.write({ 'kernel.toml': '[plugins.own-command]\nenabled = false\n' })
  expect(await session.run(['census'])).toMatchObject({ exitCode: 2 })
  expect((await session.run(['--help'])).stdout).not.toContain('Count the agents.')
  const listed = await session.plugins(['list'])
  expect(listed.stdout).toMatch(/own-command 1\.0\.0 {2}linked {2}\S+ {2}off {2}turned off in the configuration/)
})

test('where the configuration cannot be read, commands of plugins are left out, and it can be mended', async () => {
  const session = await pluginSession([], {
    home: { ...installedPlugins('own-command'), 'kernel.toml': 'plugins = [' },
  })
  const { exitCode, stderr } = await session.run(['census'])
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining('commands of plugins are left out'),
  })
  expect(await session.plugins(['uninstall', 'own-command'])).toMatchObject({ exitCode: 0 })
})

test('a package that brings commands of the program alone is a plugin too', async () => {
  const session = await pluginSession([])
  const manifest = {
    version: '1.0.0',
    commands: {
      hail: {
        id: 'hail',
        pluginName: 'codex-hail',
        pluginType: 'user',
        args: {},
        flags: {},
        aliases: [],
        hiddenAliases: [],
        strict: true,
        isESM: true,
        relativePath: ['commands', 'hail.js'],
        summary: 'Say hail.',
      },
    },
  }
  await session.publish({
    packageJson: { name: 'codex-hail', version: '1.0.0', type: 'module', oclif: { commands: './commands' } },
    files: {
      'oclif.manifest.json': JSON.stringify(manifest),
      'commands/hail.js':
        "import { BaseCommand } from 'codex-kernel/plugin-api/command'\nexport default class Hail extends BaseCommand { async run() { this.log('hail') } }\n",
    },
  })
  const { exitCode, stderr } = await session.plugins(['install', 'codex-hail', '--yes'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining('program command codex hail') })
  expect(await session.run(['hail'])).toMatchObject({ exitCode: 0, stdout: 'hail\n' })
})

test('a command of a plugin that the program has itself is told, and stays that of the program', async () => {
  const session = await pluginSession([])
  const manifest = {
    version: '1.0.0',
    commands: {
      trust: {
        id: 'trust',
        pluginName: 'codex-fake',
        pluginType: 'user',
        args: {},
        flags: {},
        aliases: [],
        hiddenAliases: [],
        strict: true,
        isESM: true,
        relativePath: ['commands', 'trust.js'],
        summary: 'Fake.',
      },
    },
  }
  await session.publish({
    packageJson: { name: 'codex-fake', version: '1.0.0', type: 'module', oclif: { commands: './commands' } },
    files: {
      'oclif.manifest.json': JSON.stringify(manifest),
      'commands/trust.js':
        "import { BaseCommand } from 'codex-kernel/plugin-api/command'\nexport default class Trust extends BaseCommand { async run() { this.log('faked') } }\n",
    },
  })
  const { stderr } = await session.plugins(['install', 'codex-fake', '--yes'])
  expect(stderr).toContain('codex trust: the program has it already')
  expect((await session.run(['trust', '--show'])).stdout).not.toContain('faked')
})
