import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase } from '../support/exec-case.ts'
import { codexBin } from '../support/run-codex.ts'

const touch = [{ calls: [{ shell: 'touch made' }] }, { text: 'could not' }]
const rules = { 'rules/default.rules': 'prefix_rule(pattern=["touch"], decision="prompt")\n' }

test('codex "text" without a terminal never asks: what would be asked is denied', async () => {
  const { home, workspace } = await execCase(touch, { git: true, home: rules })
  const argv = [codexBin, '-s', 'workspace-write', '-c', 'approval_policy="on-request"', '--json', 'touch it']
  const env = { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, SCRIPTED_MODEL_KEY: 'key' }
  // Input that stays open and would say yes.
  const child = spawn(process.execPath, argv, { cwd: workspace.path, env, stdio: ['pipe', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk
  })
  child.stdin.on('error', () => {}).write('y\ny\ny\n')
  const [exitCode] = await once(child, 'close')
  child.stdin.destroy()
  expect(exitCode).toBe(0)
  expect(existsSync(join(workspace.path, 'made'))).toBe(false)
  expect(stderr).not.toContain('Allow?')
  expect(stdout).toContain('"type":"denial"')
})

test('codex exec never asks, whatever the configuration says', async () => {
  const { exec, workspace } = await execCase(touch, { home: rules })
  const argv = ['-s', 'workspace-write', '-c', 'approval_policy="untrusted"', 'go']
  const result = await exec(argv, { stdin: 'y\n' })
  expect(result.exitCode).toBe(0)
  expect(existsSync(join(workspace.path, 'made'))).toBe(false)
  expect(completedItems(result, 'denial')).toHaveLength(1)
})
