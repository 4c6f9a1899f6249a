import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../../../test/support/codex-home.ts'
import { runTokenCommand, type TokenCommand } from './token-command.ts'

const never = new AbortController().signal

async function places(env: Readonly<Record<string, string>> = {}) {
  const home = await makeCodexHome()
  onTestFinished(() => home.remove())
  const { codexHome, homeDir } = home
  return { env: { PATH: process.env.PATH ?? '', ...env }, codexHome, homeDir, workspaceRoot: join(homeDir, 'work') }
}

const sh = (script: string): Pick<TokenCommand, 'command'> => ({ command: ['/bin/sh', '-c', script] })

test('the token is what the program prints, without white space around it', async () => {
  expect(await runTokenCommand(sh('echo "  abc.def  "'), 'auth', await places(), never)).toBe('abc.def')
})

test('arguments reach the program as they are: no shell reads them', async () => {
  const settings = { command: '/bin/echo', args: ['$HOME;$(id)`id`'] }
  expect(await runTokenCommand(settings, 'auth', await places(), never)).toBe('$HOME;$(id)`id`')
})

test.each([
  ['another end than 0', 'exit 3', '/bin/sh ended with 3'],
  ['nothing', 'true', 'printed nothing'],
  ['two words', 'echo a b', 'something else than one token'],
  ['two lines', 'printf "a\\nb\\n"', 'something else than one token'],
  ['too much', 'head -c 100000 /dev/zero', 'more than 65536 bytes'],
])('%s is an error', async (_, script, problem) => {
  await expect(runTokenCommand(sh(script), 'auth', await places(), never)).rejects.toMatchObject({
    code: 'credential.command',
    message: expect.stringContaining(problem),
    hint: expect.any(String),
  })
})

test('where it fails, nothing of what it printed is in the error', async () => {
  const script = 'echo tok-abcdefghijk; echo "refused: tok-abcdefghijk" >&2; exit 1'
  const failed = await runTokenCommand(sh(script), 'auth', await places(), never).catch((error: unknown) => error)
  expect(failed).toMatchObject({
    message: 'The command of auth gave no token: /bin/sh ended with 1',
    hint: expect.stringContaining('by hand'),
  })
})

test('much that it says beside the token is no trouble', async () => {
  const script = 'head -c 1000000 /dev/zero >&2; echo token'
  expect(await runTokenCommand(sh(script), 'auth', await places(), never)).toBe('token')
})

test('one that takes too long is ended with its children', async () => {
  const deps = await places()
  const script = `(sleep 5; echo late > ${deps.homeDir}/late) & echo $! > ${deps.homeDir}/pid; wait`
  const running = runTokenCommand({ ...sh(script), timeout_ms: 300 }, 'auth', deps, never)
  await expect(running).rejects.toMatchObject({
    code: 'credential.command',
    message: expect.stringContaining('300 ms'),
  })
  const pid = Number(await readFile(join(deps.homeDir, 'pid'), 'utf8'))
  for (let tries = 0; tries < 200 && isAlive(pid); tries += 1) await wait(10)
  expect(isAlive(pid)).toBe(false)
})

test('an abort ends it', async () => {
  const reason = new Error('stopped')
  const running = runTokenCommand(sh('sleep 5; echo x'), 'auth', await places(), AbortSignal.abort(reason))
  await expect(running).rejects.toBe(reason)
})

test('a program of the workspace is not found by its name', async () => {
  const deps = await places()
  const bin = join(deps.workspaceRoot, 'bin')
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, 'give-token'), '#!/bin/sh\necho stolen\n')
  await chmod(join(bin, 'give-token'), 0o755)
  const env = { PATH: `${bin}:${process.env.PATH}` }
  await expect(runTokenCommand({ command: 'give-token' }, 'auth', { ...deps, env }, never)).rejects.toMatchObject({
    message: expect.stringContaining('give-token is not found'),
  })
})

test('a relative program and directory are those of CODEX_HOME', async () => {
  const deps = await places()
  await mkdir(join(deps.codexHome, 'sub'))
  await writeFile(join(deps.codexHome, 'token.sh'), '#!/bin/sh\npwd\n')
  await chmod(join(deps.codexHome, 'token.sh'), 0o755)
  expect(await runTokenCommand({ command: './token.sh', cwd: 'sub' }, 'auth', deps, never)).toBe(
    join(deps.codexHome, 'sub'),
  )
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(process.platform === 'linux' ? statusOf(pid) : '')
  } catch {
    return false
  }
}

function statusOf(pid: number): string {
  return process.getBuiltinModule('node:fs').readFileSync(`/proc/${pid}/status`, 'utf8')
}
