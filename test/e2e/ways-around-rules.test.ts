import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase } from '../support/exec-case.ts'
import { isKnownHole } from '../support/rule-corpus/known-holes.ts'
import { plainAttempts } from '../support/rule-corpus/rule-attempts.ts'
import { attemptEnvironment, makeAttemptDirectory } from '../support/rule-corpus/rule-lab.ts'

// test/ways-around-rules.test.ts has them in all combinations, and shows that they work in plain bash.

const forbidsHit = { 'rules/default.rules': 'prefix_rule(pattern=["hit"], decision="forbidden")\n' }

async function runAll(scripts: readonly string[], home: Readonly<Record<string, string>>) {
  const turns = Array.from({ length: Math.ceil(scripts.length / 50) }, (_, index) => ({
    calls: scripts.slice(index * 50, index * 50 + 50).map((shell) => ({ shell })),
  }))
  const { exec, workspace } = await execCase([...turns, { text: 'done' }], { home })
  await makeAttemptDirectory(workspace.path)
  // The shell of a command is one of a login, which makes its search path anew.
  await workspace.write({ '.bash_profile': 'PATH=~/bin:$PATH\n' })
  const result = await exec(['-s', 'danger-full-access', 'go'], { env: attemptEnvironment(workspace.path) })
  return { result, isHit: existsSync(join(workspace.path, 'mark')) }
}

test('without a sandbox, where nothing stands behind the rules, no construct and no wrapper starts a program that is forbidden', async () => {
  const scripts = plainAttempts()
    .filter((attempt) => !isKnownHole(attempt))
    .map(({ script }) => script)
  expect(scripts.length).toBeGreaterThan(300)
  const { result, isHit } = await runAll(scripts, forbidsHit)
  expect(isHit).toBe(false)
  expect(completedItems(result, 'command_execution')).toEqual([])
  expect(completedItems(result, 'denial')).toHaveLength(scripts.length)
  expect(result.exitCode).toBe(0)
})

test('without a sandbox and without that rule it starts', async () => {
  expect(await runAll(['ls; hit'], {})).toMatchObject({ isHit: true, result: { exitCode: 0 } })
})
