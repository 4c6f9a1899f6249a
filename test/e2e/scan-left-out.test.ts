import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

test('files that are protected, too large, or named in no UTF-8 are named, and trusted reads the protected', async () => {
  const key = ['sk', 'live', '51HzQk2LmTv9XwRb7YnPc4Df'].join('_')
  const files = { '.env': `STRIPE_KEY=${key}\n`, 'a.js': 'run()\n', 'large.js': `run()\n${'// x\n'.repeat(300_000)}` }
  const workspace = await makeWorkspace({ files })
  onTestFinished(() => workspace.remove())
  const odd = Buffer.concat([Buffer.from(join(workspace.path, 'inv')), Buffer.from([0xff]), Buffer.from('.js')])
  await writeFile(odd, 'eval(location.hash)\n')
  const scan = (...flags: readonly string[]) => runCodex(['scan', ...flags], { cwd: workspace.path })
  const { stdout } = await scan()
  expect(stdout).toContain('.env: protected by the profile')
  expect(stdout).toContain('large.js: too large')
  expect(stdout).toContain('inv\uFFFD.js: unreadable')
  expect(stdout).toContain('--profile trusted reads them')
  const secrets = await scan('--only', 'secrets')
  expect(secrets.stdout).toContain('.env: protected by the profile')
  expect((await scan('--fail-on', 'critical')).exitCode).toBe(1)
  const report = await runCodex(['agent', 'security-analyst', 'audit this', '--playbook'], { cwd: workspace.path })
  expect(report.stdout).toContain('Not read, since the profile protects them: `.env` (1 file; ')
  const trusted = JSON.parse((await scan('--only', 'secrets', '--json', '--profile', 'trusted')).stdout)
  expect(trusted.findings.map(({ file }: { file: string }) => file)).toEqual(['.env'])
})
