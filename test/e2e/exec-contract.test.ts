import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'

// The checks that Codex and this program are compared by, where no other file has them: the stream, prompts, the git gate,
// schemas and rollouts stand in exec-*.test.ts, rules in execpolicy-check.test.ts, patches in apply-patch-alone.test.ts.

test('a server that answers 500 gives four lines: error and turn.failed say the same, and the exit code is 1', async () => {
  const { exec } = await execCase([{ failure: { kind: 'status', status: 500 } }])
  const { events, exitCode } = await exec(['hi'])
  expect(exitCode).toBe(1)
  expect(events.map(({ type }) => type)).toEqual(['thread.started', 'turn.started', 'error', 'turn.failed'])
  expect(events[3]?.error).toMatchObject({ message: events[2]?.message })
})

test('the model is that of the highest layer: file, profile, trusted project, -c, -m', async () => {
  const { exec, run, home, workspace, server } = await execCase(
    Array.from({ length: 6 }, () => ({ text: 'ok' })),
    {
      git: true,
    },
  )
  await home.write({ 'foo.config.toml': 'model = "B"\n' })
  await run(['config', 'set', 'model', 'A'])
  await exec(['hi'])
  await exec(['-p', 'foo', 'hi'])
  await workspace.write({ '.codex/config.toml': 'model = "C"\n' })
  await run(['trust'])
  await exec(['-p', 'foo', 'hi'])
  await exec(['-p', 'foo', '-c', 'model="D"', 'hi'])
  await exec(['-p', 'foo', '-c', 'model="D"', '-m', 'E', 'hi'])
  await exec(['-m', 'E', '-c', 'model="D"', 'hi'])
  expect([0, 1, 2, 3, 4, 5].map((index) => sentBody(server, index).model)).toEqual(['A', 'B', 'C', 'D', 'E', 'E'])
})

test('codex sandbox refuses a write, allows a read and hands on the exit code', async () => {
  const { run, workspace } = await execCase([])
  const script = 'touch a; echo $?; cat /etc/hostname >/dev/null; echo $?; exit 7'
  const { stdout, exitCode } = await run(['sandbox', '--', 'sh', '-c', script])
  expect(exitCode).toBe(7)
  expect(stdout.match(/^\d$/gm)).toEqual(['1', '0'])
  await expect(access(join(workspace.path, 'a'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('streams stay apart: with --json stdout has events alone, without it the answer alone', async () => {
  const { exec, run } = await execCase([
    { text: 'one' },
    { text: 'two', usage: { input: 10, output: 5 } },
    { failure: { kind: 'status', status: 400 } },
  ])
  const json = await exec(['hi'], { stdin: 'more' })
  expect(json.stderr).toBe('Reading additional input from stdin...\n')
  expect(json.stdout.split('\n').filter((line) => !line.startsWith('{'))).toEqual([''])
  const human = await run(['exec', '--skip-git-repo-check', 'hi'])
  expect(human.stdout).toBe('two\n')
  expect(human.stderr).toContain('tokens used')
  const failed = await run(['exec', '--skip-git-repo-check', 'hi'])
  expect(failed).toMatchObject({ exitCode: 1, stdout: '' })
})
