import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { Header } from 'tar'
import { expect, onTestFinished, test } from 'vitest'
import { packFolder, toolPlugin, writePackage } from '../support/plugin-package.ts'
import { pluginSession } from '../support/plugin-session.ts'

/** A tarball of one file under a name that `npm pack` would not write, beside a package that is right. */
async function tarballWith(
  directory: string,
  entry: { path: string; type?: 'File' | 'SymbolicLink' | 'CharacterDevice'; linkpath?: string },
) {
  const right = await packFolder(
    await writePackage(join(directory, 'right'), toolPlugin('codex-right', '1.0.0')),
    directory,
  )
  const { gunzipSync, gzipSync } = await import('node:zlib')
  const blocks = gunzipSync(await readFile(right))
  const end = blocks.length - 1024
  const content = entry.type === undefined || entry.type === 'File' ? 'out\n' : ''
  const header = Buffer.alloc(512)
  new Header({ type: 'File', mode: 0o644, size: content.length, mtime: new Date(0), ...entry }).encode(header)
  const body = Buffer.alloc(content === '' ? 0 : 512)
  body.write(content)
  const file = join(directory, 'wrong.tgz')
  await writeFile(file, gzipSync(Buffer.concat([header, body, blocks.subarray(0, end), Buffer.alloc(1024)])))
  return file
}

test.each([
  { what: 'a path with ..', entry: { path: 'package/../../escaped.txt' }, says: 'leads out of its folder' },
  { what: 'an absolute path', entry: { path: '/tmp/codex-escaped.txt' }, says: 'absolute path' },
  {
    what: 'a link that leads out',
    entry: { path: 'package/out', type: 'SymbolicLink' as const, linkpath: '../../../outside' },
    says: 'a link that leads out',
  },
  {
    what: 'a device',
    entry: { path: 'package/tty', type: 'CharacterDevice' as const },
    says: 'neither file nor folder',
  },
])('a tarball with $what is refused before anything is unpacked', async ({ entry, says }) => {
  const session = await pluginSession([])
  const { exitCode, stderr } = await session.plugins(['install', await tarballWith(session.outside, entry), '--yes'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(says) })
  expect(stderr).toContain('code: plugin.unsafe')
  expect(await session.state()).toEqual({})
  expect(existsSync('/tmp/codex-escaped.txt') || existsSync(join(session.outside, 'escaped.txt'))).toBe(false)
})

test('a file that is no tarball is said', async () => {
  const session = await pluginSession([])
  await writeFile(join(session.outside, 'text.tgz'), 'no tarball at all\n'.repeat(100))
  const { exitCode, stderr } = await session.plugins(['install', join(session.outside, 'text.tgz'), '--yes'])
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining('is not a tarball of a package'),
  })
  expect(await session.state()).toEqual({})
})

test.each([
  { what: 'is no plugin', packageJson: { name: 'plain', version: '1.0.0' }, says: 'has no field "codex"' },
  {
    what: 'has a broken manifest',
    packageJson: { name: 'broken', version: '1.0.0', codex: { apiVersion: 1, contributes: { tool: [] } } },
    says: 'Unknown field "tool"',
  },
  {
    what: 'lacks a module',
    packageJson: {
      name: 'lacks',
      version: '1.0.0',
      codex: { apiVersion: 1, contributes: { routers: [{ id: 'r', module: './r.js' }] } },
    },
    says: 'has no module ./r.js',
  },
])('a package that $what is refused', async ({ packageJson, says }) => {
  const session = await pluginSession([])
  const folder = await writePackage(join(session.outside, 'wrong'), { packageJson })
  const { exitCode, stderr } = await session.plugins(['install', folder, '--yes'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(says) })
  expect(stderr).toContain('code: plugin.invalid')
  expect(stderr).not.toContain('oclif.staging')
  expect(await session.state()).toEqual({})
})

test('a package that has the name of a plugin of the program is refused', async () => {
  const session = await pluginSession([])
  const folder = await writePackage(join(session.outside, 'fake'), toolPlugin('@codex-kernel/core-tools', '9.0.0'))
  for (const command of ['install', 'link']) {
    const { exitCode, stderr } = await session.plugins([command, folder, '--yes'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('code: plugin.unsafe') })
  }
  expect(await session.state()).toEqual({})
})

test('no install script runs unless --run-scripts is given, and then without the keys of the user', async () => {
  const session = await pluginSession([])
  const mark = join(session.outside, 'ran')
  const scripts = { postinstall: `node -e "require('fs').writeFileSync('${mark}', JSON.stringify(process.env))"` }
  const plugin = toolPlugin('codex-scripted', '1.0.0', {
    packageJson: { scripts: { ...scripts, prepare: `touch ${mark}-prepare`, prepack: `touch ${mark}-prepack` } },
  })
  const folder = await writePackage(join(session.outside, 'scripted'), plugin)
  const shown = await session.plugins(['install', folder, '--yes'])
  expect(shown).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('The install scripts are not run') })
  expect(shown.stderr).toContain(`install script postinstall: ${scripts.postinstall}`)
  expect(existsSync(mark)).toBe(false)

  const env = {
    MY_API_TOKEN: 'secret-token',
    SCRIPTED_MODEL_KEY: 'secret-key',
    npm_config_userconfig: join(session.outside, 'npmrc'),
  }
  await writeFile(env.npm_config_userconfig, `//example.invalid/:_authToken=$\{MY_API_TOKEN}\n`)
  expect(await session.plugins(['install', folder, '--yes', '--run-scripts'], { env })).toMatchObject({ exitCode: 0 })
  const seen = await readFile(mark, 'utf8')
  expect(seen).not.toContain('secret-')
  expect(existsSync(`${mark}-prepare`) || existsSync(`${mark}-prepack`)).toBe(false)
})

test('an install script that fails leaves everything as it was', async () => {
  const session = await pluginSession([])
  const plugin = toolPlugin('codex-scripted', '1.0.0', {
    packageJson: { scripts: { install: 'echo this is why; exit 3' } },
  })
  const folder = await writePackage(join(session.outside, 'scripted'), plugin)
  const { exitCode, stderr } = await session.plugins(['install', folder, '--yes', '--run-scripts'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('this is why') })
  expect(stderr).toContain('code: plugin.failed')
  expect(await session.state()).toEqual({})
})

test('a dependency that comes from git does not run its scripts either', async () => {
  const session = await pluginSession([])
  const mark = join(session.outside, 'ran')
  const repository = await gitRepository(join(session.outside, 'dep'), {
    'package.json': JSON.stringify({
      name: 'dep',
      version: '1.0.0',
      scripts: { prepare: `touch ${mark}`, preinstall: `touch ${mark}`, postinstall: `touch ${mark}` },
    }),
  })
  const plugin = toolPlugin('codex-with-git', '1.0.0', {
    packageJson: { dependencies: { dep: `git+file://${repository}` } },
  })
  const folder = await writePackage(join(session.outside, 'with-git'), plugin)
  const { exitCode, stderr } = await session.plugins(['install', folder, '--yes'])
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: expect.stringContaining('dependency with install scripts dep@1.0.0'),
  })
  expect(existsSync(mark)).toBe(false)
})

test('a dependency that is a folder of this machine is refused', async () => {
  const session = await pluginSession([])
  await writePackage(join(session.outside, 'near'), { packageJson: { name: 'near', version: '1.0.0' } })
  const plugin = toolPlugin('codex-near', '1.0.0', {
    packageJson: { dependencies: { near: `file:${join(session.outside, 'near')}` } },
  })
  const folder = await writePackage(join(session.outside, 'plugin'), plugin)
  const { exitCode, stderr } = await session.plugins(['install', folder, '--yes'])
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining('depends on a folder of this machine'),
  })
  expect(await session.state()).toEqual({})
})

test('a git repository is installed at the commit that is named', async () => {
  const session = await pluginSession([])
  const { packageJson, files = {} } = toolPlugin('codex-from-git', '1.0.0')
  const repository = await gitRepository(join(session.outside, 'repo'), {
    'package.json': JSON.stringify(packageJson),
    ...files,
  })
  const commit = git(repository, 'rev-parse', 'HEAD').trim()
  git(repository, 'tag', 'v1')
  await writeFile(join(repository, 'package.json'), JSON.stringify({ ...packageJson, version: '2.0.0' }))
  git(repository, 'commit', '--quiet', '--all', '--message=two')
  const source = `git+file://${repository}#v1`
  expect(await session.plugins(['install', source, '--yes'])).toMatchObject({
    exitCode: 0,
    stdout: 'Installed codex-from-git 1.0.0.\n',
  })
  const lockfile = JSON.parse(await readFile(join(session.home.codexHome, 'oclif/codex-plugins.lock.json'), 'utf8'))
  expect(lockfile.plugins['codex-from-git']).toMatchObject({ source, resolved: commit })
  const missing = await session.plugins(['install', `git+file://${repository}#v9`, '--yes'])
  expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no branch, tag or commit v9') })
})

test('a git address that asks for a password fails at once and says so', async () => {
  const server = createServer((_, response) => {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const session = await pluginSession([])
  const { exitCode, stderr } = await session.plugins(['install', `git+http://127.0.0.1:${port}/repo.git`, '--yes'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('asks for a password or a key') })
  expect(stderr).toContain('code: plugin.source')
  expect(await session.state()).toEqual({})
})

test('a password in an address is refused, and shown nowhere', async () => {
  const session = await pluginSession([])
  for (const source of ['https://me:hunter2@host.invalid/p.tgz', 'git+https://hunter2@host.invalid/p.git']) {
    const { exitCode, stdout, stderr } = await session.plugins(['install', source, '--yes'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).not.toContain('hunter2')
  }
  expect(await session.state()).toEqual({})
})

test('a registry that does not let the user in is said, and so is what it does not have', async () => {
  const server = createServer((_, response) => void response.writeHead(401).end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const session = await pluginSession([])
  const env = { npm_config_registry: `http://127.0.0.1:${port}/` }
  const closed = await session.plugins(['install', 'codex-hello', '--yes'], { env })
  expect(closed).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('the registry does not let you in (E401)'),
  })
  const absent = await session.plugins(['install', 'codex-hello@9', '--yes'])
  expect(absent.stderr).toContain('error: codex-hello@9: the registry has no such package or version (E404)')
  await session.publish(toolPlugin('codex-needy', '1.0.0', { packageJson: { dependencies: { left: '^7.0.0' } } }))
  const needy = await session.plugins(['install', 'codex-needy', '--yes'])
  expect(needy.stderr).toMatch(/error: codex-needy: left@\^7\.0\.0: the registry has no such package/)
  expect(await session.state()).toEqual({})
})

test('a tarball that is not what the registry says of it is refused', async () => {
  const session = await pluginSession([])
  const folder = await writePackage(join(session.outside, 'hello'), toolPlugin('codex-hello', '1.0.0'))
  const integrity = `sha512-${Buffer.alloc(64).toString('base64')}`
  await session.registry.publish({ name: 'codex-hello', version: '1.0.0' }, await packFolder(folder, session.outside), {
    integrity,
  })
  const { exitCode, stderr } = await session.plugins(['install', 'codex-hello', '--yes'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('code: plugin.unsafe') })
  expect(await session.state()).toEqual({})
})

test('without a network nothing is half installed', async () => {
  const closed = createTcpServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const address = closed.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await new Promise((resolve) => closed.close(resolve))
  const session = await pluginSession([])
  const env = { npm_config_registry: `http://127.0.0.1:${port}/` }
  const { exitCode, stderr } = await session.plugins(['install', 'codex-hello', '--yes'], { env })
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining('the registry cannot be reached'),
  })
  const url = await session.plugins(['install', `http://127.0.0.1:${port}/p.tgz`, '--yes'])
  expect(url).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cannot be fetched') })
  expect(await session.state()).toEqual({})
})

test.each(['codex hello', 'ftp://host/p.tgz', 'ext::sh -c id', '--upload-pack=x', './nowhere', 'Owner/Repo'])(
  '%s is no source',
  async (source) => {
    const session = await pluginSession([])
    const { exitCode, stderr } = await session.plugins(['install', '--yes', '--', source])
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('code: plugin.source') })
    expect(await session.state()).toEqual({})
  },
)

function git(cwd: string, ...argv: readonly string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', '-c', 'commit.gpgSign=false']
  return execFileSync('git', [...identity, ...argv], { cwd, encoding: 'utf8' })
}

async function gitRepository(directory: string, files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(directory, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  git(directory, 'init', '--quiet', '--initial-branch=main')
  git(directory, 'add', '--all')
  git(directory, 'commit', '--quiet', '--message=start')
  return directory
}
