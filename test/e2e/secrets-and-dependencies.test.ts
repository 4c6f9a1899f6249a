import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type CodexHome, makeCodexHome } from '../support/codex-home.ts'
import { madeUpSecrets, madeUpText } from '../support/made-up-secret.ts'
import { type CodexResult, runCodex } from '../support/run-codex.ts'
import { makeWorkspace, type TempWorkspace } from '../support/temp-workspace.ts'

const planted = madeUpSecrets(11)
const github = planted['secret-github-token'] ?? ''
const stripe = planted['secret-stripe-key'] ?? ''
const password = madeUpText(22, 12)
const values = [github, stripe, password]

const leaks = `[agent]
id = "leaks"
name = "Leaks"
description = "d"
[permissions]
file_access = "read-only"
allowed_tools = { secret_scan = true }
[prompt]
system = "s"
[playbook]
report = "{{steps.look.text}} {{#each steps.look.structured.findings}}{{this.snippet}} {{this.fingerprint}}{{/each}}"
[[playbook.steps]]
id = "look"
tool = "secret_scan"
arguments = { history = true }
`

test('a playbook finds what is in files and what was; no value is in anything that the run leaves', async () => {
  const { home, workspace } = await place({
    'src/pay.ts': `open('${stripe}')\n`,
    'app.ini': `db_password = ${password}\n`,
  })
  await home.write({ 'agents/leaks.toml': leaks })
  await workspace.git('init', '--quiet')
  for (const [text, message] of [
    [`const t = '${github}'\n`, 'one'],
    ['const t = 1\n', 'two'],
  ] as const) {
    await workspace.write({ 'src/old.ts': text })
    await workspace.git('add', '--all')
    await workspace.git('commit', '--quiet', `--message=${message}`)
  }
  for (const flags of [['--json'], []]) {
    const result = await runCodex(['agent', 'leaks', 'look', '--playbook', ...flags], { home, cwd: workspace.path })
    expect(result.exitCode).toBe(0)
    for (const rule of ['secret-stripe-key', 'secret-assignment', 'secret-github-token']) {
      expect(result.stdout + result.stderr).toContain(rule)
    }
    expect(result.stdout).toMatch(/in commit [0-9a-f]{12} of 2026-01-01, and in no file now/)
    await expectNoValue(result, home)
  }
})

test('the security analyst reports secrets and dependencies beside flaws, and says what it did not look at', async () => {
  const manifest = JSON.stringify({ dependencies: { minimtach: 'latest' } }, null, 2)
  const { home, workspace } = await place({ 'src/pay.ts': `open('${stripe}')\n`, 'package.json': manifest })
  const result = await runCodex(['agent', 'security-analyst', 'audit', '--playbook'], { home, cwd: workspace.path })
  expect(result.exitCode).toBe(0)
  expect(result.stdout).toMatch(
    /## Secrets\n\n### HIGH: A Stripe key stands in the file[^\n]*\n\n- `src\/pay\.ts:1` \(high confidence\)/,
  )
  expect(result.stdout).toMatch(
    /## Dependencies\n\n(?:- .*\n)*- \*\*MEDIUM\*\* `package\.json:3` minimtach looks like the popular minimatch/,
  )
  expect(result.stdout).toContain('The history of the repository was not searched')
  expect(result.stdout).toContain('Known vulnerabilities of versions were not looked up')
  await expectNoValue(result, home)
})

test('a file that the profile protects is not read: it is counted', async () => {
  const { home, workspace } = await place({ '.env': `STRIPE=${stripe}\n`, 'a.ts': 'const a = 1\n' })
  await home.write({ 'agents/leaks.toml': leaks })
  const result = await runCodex(['agent', 'leaks', 'look', '--playbook'], { home, cwd: workspace.path })
  expect(result.stdout).toContain('no secrets in 1 file')
  expect(result.stdout).toContain('1 denied')
  await expectNoValue(result, home)
})

async function place(files: Readonly<Record<string, string>>): Promise<{ home: CodexHome; workspace: TempWorkspace }> {
  const [home, workspace] = [await makeCodexHome(), await makeWorkspace({ files })]
  onTestFinished(() => Promise.all([home.remove(), workspace.remove()]).then(() => {}))
  return { home, workspace }
}

/** Neither what the run said nor any file that it left holds a value, or a half of one. */
async function expectNoValue(result: CodexResult, home: CodexHome): Promise<void> {
  const entries = await readdir(home.homeDir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(1)
  const texts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')))
  const everything = [result.stdout, result.stderr, ...texts].join('\n')
  for (const value of values) {
    expect(everything).not.toContain(value.slice(-value.length / 2))
    expect(everything).not.toContain(Buffer.from(value).toString('base64').slice(0, -4))
  }
}
