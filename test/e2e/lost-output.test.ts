import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'
import { codexBin } from '../support/run-codex.ts'

const full = 'error: standard output cannot be written: ENOSPC\ncode: output.unwritable\n'
const working = { text: 'working', calls: [{ shell: 'sleep 1; touch late' }] }

/** `codex ARGV`, whose output goes where the shell says: `> FILE`, or into a pipe. */
async function shellCase(turns: Parameters<typeof execCase>[0]) {
  const session = await execCase(turns)
  const { home, workspace } = session
  return {
    ...session,
    async shell(argv: string, into: string) {
      const line = `set -o pipefail; "$0" "$1" ${argv} ${into}`
      const env = { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, SCRIPTED_MODEL_KEY: 'key' }
      const child = spawn('bash', ['-c', line, process.execPath, codexBin], { cwd: workspace.path, env })
      child.stdin.end()
      const [stdout, stderr, [exitCode]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close'),
      ])
      return { exitCode, stdout, stderr }
    },
  }
}

const exec = 'exec --skip-git-repo-check -s workspace-write'

test('a turn whose events nobody takes is stopped: its command ends, its rollout says so, and the exit code is that of an interruption', async () => {
  const { shell, workspace, rollouts } = await shellCase([working, { text: 'done' }])
  const { exitCode, stdout, stderr } = await shell(`${exec} --json go`, '| head -1')
  expect([exitCode, JSON.parse(stdout).type]).toEqual([130, 'thread.started'])
  expect(stderr).not.toContain('error')
  expect(existsSync(join(workspace.path, 'late'))).toBe(false)
  expect(await readFile((await rollouts())[0] ?? '', 'utf8')).toContain('turn_aborted')
})

test('a full disk behind the events is an error, and stops the turn', async () => {
  const { shell, workspace } = await shellCase([working, { text: 'done' }])
  const { exitCode, stderr } = await shell(`${exec} --json go`, '> /dev/full')
  expect(exitCode).toBe(1)
  expect(stderr).toContain(full)
  expect(existsSync(join(workspace.path, 'late'))).toBe(false)
})

test('a full disk behind the answer is an error, and the file of -o is written', async () => {
  const { shell, workspace } = await shellCase([{ text: 'the answer' }])
  const file = join(workspace.path, 'answer.txt')
  await writeFile(file, 'an old answer')
  const { exitCode, stderr } = await shell(`${exec} -o answer.txt go`, '> /dev/full')
  expect(exitCode).toBe(1)
  expect(stderr).toContain(full)
  expect(await readFile(file, 'utf8')).toBe('the answer')
})

test('a list whose reader goes away ends quietly; one for a full disk is an error without a stack', async () => {
  const { shell } = await shellCase([])
  expect(await shell('commands list', '| true')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect(await shell('commands list', '> /dev/full')).toEqual({ exitCode: 1, stdout: '', stderr: full })
  expect(await shell('--version', '| true')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect(await shell('--version', '> /dev/full')).toEqual({ exitCode: 1, stdout: '', stderr: full })
})
