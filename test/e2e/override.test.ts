import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

async function place() {
  const [home, workspace] = [await makeCodexHome(), await makeWorkspace({ files: { 'a.js': 'eval(location.hash)\n' } })]
  onTestFinished(() => Promise.all([home.remove(), workspace.remove()]).then(() => {}))
  return (...argv: readonly string[]) => runCodex(argv, { home, cwd: workspace.path })
}

test('a new rule with the id of a built-in one says what it replaces, and so does every scan', async () => {
  const codex = await place()
  const before = JSON.parse((await codex('scan', '--json')).stdout)
  expect(before.findings.map(({ rule }: { rule: string }) => rule)).toEqual(['js-code-injection'])
  const made = await codex('scan', 'rules', 'new', 'js-code-injection')
  expect(made.exitCode).toBe(0)
  expect(made.stdout).toContain('From now on it takes the place of the one of @codex-kernel/code-scan')
  const { stdout } = await codex('scan')
  expect(stdout).toMatch(
    /The rule js-code-injection is that of .*js-code-injection\.yml, in place of the one of @codex-kernel\/code-scan\./,
  )
  expect((await codex('scan', 'rules', 'new', 'my-own')).stdout).not.toContain('takes the place')
})

test('a new agent with the id of a built-in one says what it hides', async () => {
  const codex = await place()
  expect((await codex('agents', 'new', 'security-analyst')).stdout).toContain('From now on it hides the built-in one, ')
  expect((await codex('agents', 'new', 'my-own')).stdout).not.toContain('hides')
})
