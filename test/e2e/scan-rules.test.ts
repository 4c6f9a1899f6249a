import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

async function homeWith(files: Readonly<Record<string, string>> = {}) {
  const home = await makeCodexHome(files)
  onTestFinished(() => home.remove())
  return home
}

test('the rules are listed with severity and language, and by language alone', async () => {
  const home = await homeWith()
  const all = await runCodex(['scan', 'rules', '--json'], { home })
  const python = await runCodex(['scan', 'rules', 'list', '--language', 'python', '--json'], { home })
  const rules: readonly { id: string; language: string | string[]; file: string }[] = JSON.parse(all.stdout)
  expect(rules.map(({ id }) => id)).toContain('js-sql-injection')
  const own: typeof rules = JSON.parse(python.stdout)
  expect(own.map(({ id }) => id)).toContain('py-sql-injection')
  expect(own.length).toBeLessThan(rules.length)
  expect((await runCodex(['scan', 'rules'], { home })).stdout).toMatch(
    /^js-sql-injection +critical +security +javascript, typescript +CWE-89 /m,
  )
  const tests = await runCodex(['scan', 'rules', 'list', '--category', 'tests', '--json'], { home })
  const ofTests: readonly { id: string; category: string }[] = JSON.parse(tests.stdout)
  expect(new Set(ofTests.map(({ category }) => category))).toEqual(new Set(['tests']))
  expect(ofTests.map(({ id }) => id)).toContain('js-test-focused')
})

test('a rule is shown with reason, fix, examples and file; an unknown one with the nearest names', async () => {
  const { stdout } = await runCodex(['scan', 'rules', 'show', 'js-sql-injection'])
  expect(stdout).toMatch(/^js-sql-injection: SQL text/)
  for (const part of ['severity    critical', 'CWE-89', 'Fix: ', 'Finds:', 'Leaves alone:', 'js-sql-injection.yml']) {
    expect(stdout).toContain(part)
  }
  const unknown = await runCodex(['scan', 'rules', 'show', 'js-sql-injecton'])
  expect(unknown.exitCode).toBe(2)
  expect(unknown.stderr).toContain('Did you mean js-sql-injection')
  const dependency = await runCodex(['scan', 'rules', 'show', 'dep-unpinned'])
  expect(dependency.stderr).toContain('To run one: codex scan --rule dep-unpinned.')
  const rust = await runCodex(['scan', 'rules', 'list', '--language', 'rust'])
  expect(rust).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('There are rules for bash, ') })
})

test('every rule that comes with the program does what its examples say', async () => {
  const { exitCode, stdout } = await runCodex(['scan', 'rules', 'test', '--json'])
  const report = JSON.parse(stdout)
  expect({ exitCode, failures: report.failures }).toEqual({ exitCode: 0, failures: [] })
  expect(report.examples).toBeGreaterThan(400)
})

test('a new rule works as it is written, finds what its example shows, and is never written over another', async () => {
  const home = await homeWith()
  const made = await runCodex(['scan', 'rules', 'new', 'no-unsafe-thing'], { home })
  expect(made.stdout).toContain('Try it: codex scan rules test no-unsafe-thing')
  expect(await runCodex(['scan', 'rules', 'test', 'no-unsafe-thing'], { home })).toMatchObject({ exitCode: 0 })
  expect((await runCodex(['lint', join(home.codexHome, 'scan-rules')], { home })).stderr).toBe('')
  const workspace = await makeWorkspace({ files: { 'a.js': 'unsafeThing(x)\n' } })
  onTestFinished(() => workspace.remove())
  const scan = await runCodex(['scan', '--rule', 'no-unsafe-thing', '--fail-on', 'medium'], {
    home,
    cwd: workspace.path,
  })
  expect(scan.exitCode).toBe(3)
  const again = await runCodex(['scan', 'rules', 'new', 'no-unsafe-thing'], { home })
  expect(again.exitCode).toBe(2)
  expect(again.stderr).toContain('exists already')
  expect((await runCodex(['scan', 'rules', 'new', '../x'], { home })).exitCode).toBe(2)
})

test('an example that does not behave as its rule says is named, exit 1, and nothing is left behind', async () => {
  const rule = `id: wrong
language: javascript
severity: low
message: m
why: w
rule: { pattern: bad($A) }
tests:
  hit: [good(1), bad(1)]
  miss: [bad(2), 'bad((', { language: javascript, code: good(1), file: ../../../outside.js }]
`
  const home = await homeWith({ 'scan-rules/wrong.yml': rule })
  const left = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('codex-rules-')).length
  const before = await left()
  const { exitCode, stdout } = await runCodex(['scan', 'rules', 'test', 'wrong'], { home })
  expect(exitCode).toBe(1)
  expect(stdout).toContain('wrong: hit 1 (javascript): nothing is found')
  expect(stdout).toContain('wrong: miss 1 (javascript): found on line 1: bad(2)')
  expect(stdout).toContain('wrong: miss 2 (javascript): line 1 is no code of the language')
  expect(stdout).toContain('5 examples of 1 rule: 3 do not behave')
  expect(await left()).toBe(before)
})

test('a rule that does not load, that no parser takes, or that has no example does not pass its test', async () => {
  const head = 'language: javascript\nseverity: low\nmessage: m\nwhy: w\n'
  const home = await homeWith({
    'scan-rules/broken.yml': `id: broken\n${head}`,
    'scan-rules/odd-kind.yml': `id: odd-kind\n${head}rule: { kind: no_such_node }\ntests: { hit: [a()], miss: [b()] }\n`,
    'scan-rules/bare.yml': `id: bare\n${head}rule: { pattern: bad($A) }\n`,
  })
  const told = {
    broken: /broken\.yml:1: .*rule/,
    'odd-kind': /odd-kind\.yml:\d+: .*no_such_node/,
    bare: /bare: it has no hit, or no miss, among its examples/,
  }
  for (const [id, words] of Object.entries(told)) {
    const { exitCode, stdout } = await runCodex(['scan', 'rules', 'test', id], { home })
    expect([id, exitCode]).toEqual([id, 1])
    expect(stdout).toMatch(words)
  }
})
