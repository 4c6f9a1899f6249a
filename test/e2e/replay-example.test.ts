import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { runCodex } from '../support/run-codex.ts'

const recording = fileURLToPath(new URL('../../docs/examples/recordings/mend-a-test.jsonl', import.meta.url))

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
