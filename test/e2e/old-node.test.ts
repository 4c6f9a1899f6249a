import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, jsonLines } from '../support/exec-case.ts'
import { codexBin } from '../support/run-codex.ts'

/** Makes the first Node say that it is an older one; one that it starts tells the truth. */
const pretend =
  'data:text/javascript,if (process.env.TRULY_OLD || !process.env.CODEX_NODE_REEXEC) Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })'

const run = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, ['--import', pretend, codexBin, ...argv], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })

test('a Node under the floor with no newer one is one clear line and exit 78', () => {
  const { status, stdout, stderr } = run(['--version'], { TRULY_OLD: '1' })
  expect({ status, stdout }).toEqual({ status: 78, stdout: '' })
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining('needs Node 22.22 or newer; this is 20.20.2.')])
})

test('with a newer Node beside it, that one runs the command line, and its exit code comes through', () => {
  expect(run(['--version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^codex-kernel \d/) })
  expect(run(['no-such-command'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('"no-such-command" is no command'),
  })
})

test('when the older Node is killed, the newer one ends its turn in order, and its commands with it', async () => {
  const { startExec, workspace, audit } = await execCase([
    { calls: [{ shell: 'touch began; sleep 3; touch after' }] },
    { text: 'done' },
  ])
  const file = join(workspace.path, 'pretend.mjs')
  writeFileSync(file, decodeURIComponent(pretend.slice('data:text/javascript,'.length)))
  const codex = await startExec(['-s', 'workspace-write', 'go'], { env: { NODE_OPTIONS: `--import=${file}` } })
  await expect.poll(() => existsSync(join(workspace.path, 'began')), { timeout: 20_000 }).toBe(true)
  codex.kill('SIGKILL')
  await codex.done
  await expect
    .poll(async () => jsonLines(await audit()).filter(({ status }) => status === 'interrupted'), { timeout: 20_000 })
    .toHaveLength(1)
  expect(existsSync(join(workspace.path, 'after'))).toBe(false)
})
