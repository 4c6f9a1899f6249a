import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { codexBin } from '../support/run-codex.ts'
import { scriptedSession } from '../support/scripted-session.ts'

/** The program with a standard input that somebody holds open and never writes to. */
async function startWaiting(argv: readonly string[]) {
  const home = await makeCodexHome()
  onTestFinished(() => home.remove())
  const child = spawn(process.execPath, [codexBin, ...argv], {
    cwd: home.homeDir,
    env: { PATH: process.env.PATH, HOME: home.homeDir },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return { child, stderr: () => stderr, ended: once(child, 'close') }
}

test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s while the prompt is awaited ends the program',
  async (signal) => {
    const { child, stderr, ended } = await startWaiting(['exec', '--skip-git-repo-check'])
    while (!stderr().includes('Reading prompt from stdin')) await once(child.stderr, 'data')
    child.kill(signal)
    expect(await ended).toEqual([130, null])
    expect(stderr()).toContain(`stopped by ${signal}\ncode: interrupted`)
    expect(stderr()).not.toContain('this should not happen')
  },
)

test('--trust before a prompt trusts the workspace from then on', async () => {
  const { run } = await scriptedSession([{ text: 'Hi.' }])
  const { exitCode, stderr } = await run(['--trust', 'say hi'])
  expect(exitCode).toBe(0)
  expect(stderr).toContain('is trusted from the next start on')
  expect((await run(['status'])).stdout).toMatch(/trusted/)
})
