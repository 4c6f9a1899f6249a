import { execFile } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { type EscapeAttempt, escapeAttempts, ordinaryWork } from '../support/escape-attempts.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

// Each attempt runs twice: as it is, where it has to succeed, so that it is a real one; and through `codex sandbox`, where what counts
// is what did not happen outside.

const run = promisify(execFile)
const hasProgram = (name: string) =>
  (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, name)))
const canRun = ({ program, platform = process.platform }: EscapeAttempt) =>
  hasProgram(program) && platform === process.platform

/** A workspace, a directory outside of it and of the machine's temp, and a server that keeps what it is asked for. */
async function openLab() {
  const token = `token-${Math.random().toString(36).slice(2)}`
  // No shape of a secret: redaction must not be what keeps it from being shown.
  const planted = `planted ${Math.random().toString(36).slice(2)} in the file`
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('there\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // it listens on TCP
  const outside = await realpath(await mkdtemp('/var/tmp/codex-escape-'))
  onTestFinished(() => rm(outside, { recursive: true, force: true }))
  await mkdir(join(outside, 'kept'))
  const workspace = await makeWorkspace({ files: { 'src/a.txt': 'line of text\n' }, git: true })
  onTestFinished(() => workspace.remove())
  await workspace.git('config', 'user.name', 'Test')
  await workspace.git('config', 'user.email', 'test@example.invalid')
  await writeFile(join(workspace.path, '.env'), `NOTE=${planted}\n`)
  const home = await makeCodexHome()
  onTestFinished(() => home.remove())
  const values = { OUT: outside, URL: `http://127.0.0.1:${port}`, HOST: '127.0.0.1', PORT: `${port}`, TOKEN: token }
  const filled = (command: string) =>
    Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`@${name}@`, value), command)
  return {
    workspace,
    async unconfined(command: string): Promise<string> {
      const env = { PATH: process.env.PATH, HOME: process.env.HOME }
      const options = { cwd: workspace.path, env, encoding: 'utf8' as const, timeout: 30_000 }
      const { stdout } = await run('bash', ['-c', `O=${outside}; ${filled(command)}`], options).catch((error) => error)
      return stdout
    },
    async confined(command: string) {
      const argv = ['sandbox', '-P', ':workspace', '--', 'bash', '-c', `O=${outside}; ${filled(command)}`]
      return await runCodex(argv, { home, cwd: workspace.path })
    },
    happened(proof: EscapeAttempt['proof'], output: string): boolean {
      if (proof === 'asked') return asked.some((url) => url.includes(token))
      if (proof === 'shown') return output.includes(planted)
      if (proof === 'gone') return !existsSync(join(outside, 'kept'))
      return globSync('**/made', { cwd: outside }).length > 0
    },
  }
}

// Those that mean something here, by programs that are here: another system has another list, and none is skipped.
for (const attempt of escapeAttempts.filter(canRun)) {
  test(`${attempt.name}: it succeeds unconfined, and not from inside`, async () => {
    const free = await openLab()
    expect(free.happened(attempt.proof, await free.unconfined(attempt.command))).toBe(true)
    const held = await openLab()
    const { stdout, stderr } = await held.confined(attempt.command)
    expect(held.happened(attempt.proof, stdout + stderr)).toBe(false)
  })
}

test.each(['/etc', '/usr', '/usr/bin', '/boot', '/'])('nothing is written into %s', async (directory) => {
  const { confined } = await openLab()
  const file = join(directory, `codex-escape-${process.pid}`)
  onTestFinished(() => rm(file, { force: true }))
  expect((await confined(`echo x > ${file}`)).exitCode).not.toBe(0)
  expect(existsSync(file)).toBe(false)
})

// Of the filter of Linux: elsewhere other means would have to hold it.
for (const ways of process.platform === 'linux'
  ? ['chmod 4755 a; install -m 4755 a b; chmod u+s a; chmod 6755 a']
  : []) {
  test('no file comes to run as its owner', async () => {
    const { confined, workspace } = await openLab()
    await confined(`cp /bin/ls a; ${ways}; python3 -c "import os; os.open('d', os.O_CREAT, 0o4755)"`)
    const modes = globSync('[abd]', { cwd: workspace.path }).map((name) => statSync(join(workspace.path, name)).mode)
    expect(modes.filter((mode) => (mode & 0o4000) !== 0)).toEqual([])
  })
}

test('hooks and configuration of the repository stay as they are', async () => {
  const { confined, workspace } = await openLab()
  const config = await readFile(join(workspace.path, '.git/config'), 'utf8')
  await confined('echo x > .git/hooks/pre-commit; git config core.hooksPath evil; mv .git old; mkdir .git')
  expect(existsSync(join(workspace.path, '.git/hooks/pre-commit'))).toBe(false)
  expect(await readFile(join(workspace.path, '.git/config'), 'utf8')).toBe(config)
})

test.each(ordinaryWork)('$name works', async ({ command, output }) => {
  const { confined } = await openLab()
  const { exitCode, stdout, stderr } = await confined(command)
  expect({ exitCode, stdout: stdout.trim(), stderr }).toEqual({ exitCode: 0, stdout: output, stderr: '' })
})

test('what a command prints drives no terminal', async () => {
  const { confined } = await openLab()
  const { stdout } = await confined('printf "\\033]52;c;aGk=\\007 \\033[1A\\033[2K \\033P+q\\033\\\\ \\342\\200\\256"')
  expect(stdout).toBe('\\x1b]52;c;aGk=\\x07 \\x1b[1A\\x1b[2K \\x1bP+q\\x1b\\ \\u202e')
})
