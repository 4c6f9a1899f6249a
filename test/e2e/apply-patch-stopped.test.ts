import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

const count = 1500
const names = Array.from({ length: count }, (_, index) => `f${index}`)
const added = names.flatMap((name) => [`*** Add File: many/${name}`, '+x'])
const patch = `${['*** Begin Patch', ...added, '*** End Patch'].join('\n')}\n`
const argv = ['apply-patch', '-p', 'workspace-write']

/** Resolves when the condition holds; the test's own time limit is the only one. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

test.for(['SIGINT', 'SIGTERM'] as const)('%s while files are written: all are, and that is told', async (signal) => {
  const { start, workspace } = await scriptedSession([])
  const codex = await start(argv, { stdin: patch })
  // Made for the first file that is written aside.
  await until(() => existsSync(join(workspace.path, 'many')))
  codex.kill(signal)
  const { exitCode, stdout, stderr } = await codex.done
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout.trimEnd().split('\n').slice(1)).toEqual(names.map((name) => `A many/${name}`))
  expect((await readdir(join(workspace.path, 'many'))).sort()).toEqual(names.toSorted())
})

test('SIGINT before files are written: exit 130, and nothing has changed', async () => {
  const hook = { type: 'command', command: 'touch asked; sleep 600', timeout: 900 }
  const hooks = JSON.stringify({ hooks: { PreToolUse: [{ matcher: '*', hooks: [hook] }] } })
  const { start, workspace } = await scriptedSession([], { home: { 'hooks.json': hooks } })
  const codex = await start(argv, { stdin: patch })
  await until(() => existsSync(join(workspace.path, 'asked')))
  codex.kill('SIGINT')
  const { exitCode, stdout, stderr } = await codex.done
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' })
  expect(stderr).toContain('stopped by SIGINT')
  expect(existsSync(join(workspace.path, 'many'))).toBe(false)
})
