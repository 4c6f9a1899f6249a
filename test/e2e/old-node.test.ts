import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
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
