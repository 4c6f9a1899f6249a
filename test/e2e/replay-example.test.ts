import { existsSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const examples = fileURLToPath(new URL('../../docs/examples', import.meta.url))
const recording = join(examples, 'recordings', 'mend-a-test.jsonl')

test('the recording of the documentation is shown without a key, a model, a configuration or a repository', async () => {
  const home = await makeCodexHome()
  onTestFinished(() => home.remove())
  const argv = ['exec', '--skip-git-repo-check', '--replay', recording, '--replay-tools', 'recorded']
  const result = await runCodex(argv, { home, env: { SCRIPTED_MODEL_KEY: undefined } })
  expect(result.stdout).toContain('The test passes now.')
  expect(result.stderr).toContain('edited average.js')
  expect(result.exitCode).toBe(0)
  expect(existsSync(join(home.homeDir, 'average.js'))).toBe(false)
  const shown = await runCodex(['threads', 'list', '--json'], { home })
  expect(JSON.parse(shown.stdout)).toMatchObject([{ provider: 'replay', title: expect.stringContaining('average.js') }])
})

test('the recording of the documentation runs with real tools in a copy of its directory (else: npm run example-thread)', async () => {
  const home = await makeCodexHome()
  const workspace = await makeWorkspace()
  onTestFinished(async () => {
    await home.remove()
    await workspace.remove()
  })
  await cp(join(examples, 'averages'), workspace.path, { recursive: true })
  const argv = ['exec', '--skip-git-repo-check', '-s', 'workspace-write', '--replay', recording]
  const result = await runCodex(argv, { home, cwd: workspace.path, env: { SCRIPTED_MODEL_KEY: undefined } })
  expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('The test passes now.') })
  expect(await readFile(join(workspace.path, 'average.js'), 'utf8')).toContain('for (const number of numbers)')
})
