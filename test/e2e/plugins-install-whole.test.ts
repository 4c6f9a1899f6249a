import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, chmod, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { packFolder, toolPlugin, writePackage } from '../support/plugin-package.ts'
import { pluginSession, registryEnv } from '../support/plugin-session.ts'
import { codexBin } from '../support/run-codex.ts'

const run = promisify(execFile)
const guard = toolPlugin('codex-guard', '1.0.0', {
  contributes: { hooks: [{ event: 'UserPromptSubmit', module: './guard.js' }] },
  files: {
    'guard.js':
      "import { defineHook } from 'codex-kernel/plugin-api'\nexport const hook = defineHook({ event: 'UserPromptSubmit', async run() { return { decision: 'deny', reason: 'the guard says no' } } })\n",
  },
})

/** A session with a plugin that refuses every prompt. */
async function guarded() {
  const session = await pluginSession([])
  await session.publish(guard)
  expect(await session.plugins(['install', 'codex-guard', '--yes'])).toMatchObject({ exitCode: 0 })
  return session
}

test.each(['SIGINT', 'SIGTERM'] as const)('an install that %s stops leaves nothing, and no process', async (signal) => {
  const session = await guarded()
  const before = await session.state()
  const stalled = session.registry.stall()
  const running = await session.start(['plugins', 'install', 'codex-slow', '--yes'], {
    env: registryEnv(session.registry),
  })
  await stalled
  running.kill(signal)
  expect(await running.done).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('code: interrupted') })
  expect(await session.state()).toEqual(before)
  const { stdout } = await run('ps', ['-eo', 'args'])
  expect(stdout).not.toContain(session.registry.url)
  expect(stdout).not.toContain('codex-slow')
})

test('a process that is killed in the middle leaves what was in force, and the next command tidies up', async () => {
  const session = await guarded()
  const before = await session.state()
  const stalled = session.registry.stall()
  const running = await session.start(['plugins', 'install', 'codex-slow', '--yes'], {
    env: registryEnv(session.registry),
  })
  await stalled
  running.kill('SIGKILL')
  await running.done
  expect(Object.keys(await session.state()).some((name) => name.startsWith('oclif.staging-'))).toBe(true)
  expect(await session.run(['exec', 'hello'])).toMatchObject({ stderr: expect.stringContaining('the guard says no') })
  expect(await session.plugins(['verify'])).toMatchObject({ exitCode: 0, stdout: 'codex-guard 1.0.0  intact\n' })
  expect(await session.state()).toEqual(before)
})

test('between the two renames of a commit a guard is in force all the same, and the next command puts it back', async () => {
  const session = await guarded()
  const before = await session.state()
  const data = join(session.home.codexHome, 'oclif')
  await rename(data, `${data}.previous`)
  await mkdir(join(session.home.codexHome, 'oclif.staging-left'))
  expect(await session.run(['exec', 'hello'])).toMatchObject({ stderr: expect.stringContaining('the guard says no') })
  expect(await session.plugins(['list'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('codex-guard 1.0.0'),
  })
  expect(await session.state()).toEqual(before)
})

test('what a commit left behind after its second rename goes', async () => {
  const session = await guarded()
  const before = await session.state()
  const data = join(session.home.codexHome, 'oclif')
  await cp(data, `${data}.previous`, { recursive: true })
  await session.plugins(['list'])
  expect(await session.state()).toEqual(before)
})

test('two processes do not change plugins at once, and a lock of a process that is gone holds nobody', async () => {
  const session = await guarded()
  const stalled = session.registry.stall()
  const first = await session.start(['plugins', 'install', 'codex-slow', '--yes'], {
    env: registryEnv(session.registry),
  })
  await stalled
  const folder = await writePackage(join(session.outside, 'hello'), toolPlugin('codex-hello', '1.0.0'))
  const second = await session.plugins(['install', folder, '--yes'])
  expect(second).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`Process ${first.pid} is changing plugins`),
  })
  expect(second.stderr).toContain('code: plugin.busy')
  first.kill('SIGKILL')
  await first.done
  expect(existsSync(join(session.home.codexHome, 'oclif.busy'))).toBe(true)
  expect(await session.plugins(['install', folder, '--yes'])).toMatchObject({ exitCode: 0 })
  expect(existsSync(join(session.home.codexHome, 'oclif.busy'))).toBe(false)
})

test('a disk that fills up leaves the plugins as they were', async () => {
  const session = await pluginSession([])
  const { outside, home } = session
  const small = await packFolder(await writePackage(join(outside, 'small'), guard), outside)
  const large = toolPlugin('codex-large', '1.0.0', { files: { 'large.txt': 'x'.repeat(8 * 1024 * 1024) } })
  const largeFile = await packFolder(await writePackage(join(outside, 'large'), large), outside)
  const codex = `"${process.execPath}" "${codexBin}" plugins`
  // The disk is there for this shell and its children alone.
  const script = `mount -t tmpfs -o size=2m none "$CODEX_HOME" || exit 90
${codex} install "${small}" --yes || exit 91
find "$CODEX_HOME" -path '*/oclif*' -type f | sort | xargs sha256sum > "${outside}/before"
${codex} install "${largeFile}" --yes; echo "install: $?"
find "$CODEX_HOME" -path '*/oclif*' -type f | sort | xargs sha256sum > "${outside}/after"
ls "$CODEX_HOME"; ${codex} verify; echo "verify: $?"`
  const env = {
    PATH: process.env.PATH,
    HOME: home.homeDir,
    CODEX_HOME: home.codexHome,
    NODE_DISABLE_COMPILE_CACHE: '1',
  }
  const { stdout, stderr } = await run('unshare', ['-rm', 'sh', '-c', script], { env, cwd: outside })
  expect(stdout).toContain('install: 1')
  expect(stderr).toContain('isk is full; no plugin was changed')
  expect(stdout).toContain('codex-guard 1.0.0  intact\nverify: 0')
  expect(stdout).not.toContain('oclif.staging')
  const before = await readFile(join(outside, 'before'), 'utf8')
  expect(before).toContain('guard.js')
  expect(await readFile(join(outside, 'after'), 'utf8')).toBe(before)
})

test.each([
  { what: 'its package.json is gone', path: 'node_modules/codex-guard/package.json', text: undefined },
  { what: 'its package.json is no JSON', path: 'node_modules/codex-guard/package.json', text: '{' },
  { what: 'its folder is gone', path: 'node_modules', text: undefined },
  { what: 'the list is no JSON', path: 'package.json', text: '{ "oclif": ' },
])('a guard that was agreed to stops threads where $what', async ({ path, text }) => {
  const session = await guarded()
  const file = join(session.home.codexHome, 'oclif', path)
  if (text === undefined) await rm(file, { recursive: true })
  else await writeFile(file, text)
  const stopped = await session.run(['exec', 'hello'])
  expect(stopped).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('code: definition.blocking') })
  expect(session.server.requests).toEqual([])
  const off = await session.run(['exec', '-c', 'plugins.codex-guard.enabled=false', 'hello'])
  expect(off.stderr).not.toContain('definition.blocking')
})

test('a lockfile that is not as it was written is said with its place, and threads with whole plugins go on', async () => {
  const session = await guarded()
  const file = join(session.home.codexHome, 'oclif/codex-plugins.lock.json')
  await writeFile(file, (await readFile(file, 'utf8')).replace('"version"', '"versoin"'))
  const { exitCode, stderr } = await session.plugins(['verify'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('code: plugin.record') })
  expect(stderr).toMatch(/codex-plugins\.lock\.json:\d+:\d+/)
  expect(await session.run(['exec', 'hello'])).toMatchObject({ stderr: expect.stringContaining('the guard says no') })
  await appendFile(file, '}')
  expect(await session.plugins(['list'])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is not JSON') })
})

test('npm and git see the settings of npm and what .npmrc names, and no other key', async () => {
  const session = await pluginSession([])
  const seen = join(session.outside, 'seen')
  const ssh = join(session.outside, 'ssh.sh')
  await writeFile(ssh, `#!/bin/sh\nenv > "${seen}"\nexit 1\n`)
  await chmod(ssh, 0o755)
  await writeFile(join(session.home.homeDir, '.npmrc'), `//registry.invalid/:_authToken=$\{REGISTRY_TOKEN}\n`)
  const env = {
    GIT_SSH_COMMAND: ssh,
    REGISTRY_TOKEN: 'for-npm',
    OTHER_API_KEY: 'not-for-npm',
    HTTPS_PROXY: 'http://proxy.invalid:1',
  }
  const { exitCode } = await session.plugins(['install', 'git+ssh://git@host.invalid/repo.git', '--yes'], { env })
  expect(exitCode).toBe(1)
  const text = await readFile(seen, 'utf8')
  for (const line of [
    'REGISTRY_TOKEN=for-npm',
    'HTTPS_PROXY=http://proxy.invalid:1',
    'GIT_TERMINAL_PROMPT=0',
    'npm_config_ignore_scripts=true',
  ]) {
    expect(text).toContain(line)
  }
  expect(text).not.toContain('not-for-npm')
  expect(text).not.toContain('SCRIPTED_MODEL_KEY')
})
