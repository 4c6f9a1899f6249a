import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

interface Report {
  readonly findings: readonly { readonly rule: string; readonly file: string; readonly category?: string }[]
  readonly coverage: { readonly skipped: Readonly<Record<string, number>>; readonly disabled_rules?: readonly string[] }
}

const evil = "app.get('/x', (req, res) => {\n  eval(req.query.a)\n  exec('ls ' + req.query.b)\n})\n"
const files = { 'src/a.js': evil, 'legacy/b.js': evil, 'tools/c.js': evil }
const settings = `[plugins."@codex-kernel/code-scan"]
disable = ["js-command-*"]

[[plugins."@codex-kernel/code-scan".disable_in]]
paths = ["legacy"]
reason = "is replaced in autumn"

[[plugins."@codex-kernel/code-scan".disable_in]]
paths = ["tools/**"]
rules = ["js-code-injection"]
`

async function scan(given: {
  readonly home?: Readonly<Record<string, string>>
  readonly repository?: Readonly<Record<string, string>>
  readonly argv?: readonly string[]
}) {
  const home = await makeCodexHome(given.home ?? {})
  const workspace = await makeWorkspace({ files: { ...files, ...given.repository }, git: true })
  onTestFinished(async () => {
    await home.remove()
    await workspace.remove()
  })
  const result = await runCodex(['scan', '--json', ...(given.argv ?? [])], { home, cwd: workspace.path })
  expect(result.exitCode, result.stderr).toBe(0)
  const report: Report = JSON.parse(result.stdout) // what the program printed
  return { found: report.findings.map(({ file, rule }) => `${file} ${rule}`).toSorted(), ...report }
}

const everything = ['legacy/b.js', 'src/a.js', 'tools/c.js'].flatMap((file) => [
  `${file} js-code-injection`,
  `${file} js-command-injection`,
])

test('settings switch rules off by id and by path, and the report counts what is missing', async () => {
  const { found, coverage } = await scan({ home: { 'config.toml': settings } })
  expect(found).toEqual(['src/a.js js-code-injection'])
  expect(coverage.skipped).toMatchObject({ excluded: 1, disabled: 1, disabled_ignored: 0 })
  expect(coverage.disabled_rules).toEqual(['js-command-injection'])
})

test('a rule that is asked for by id runs although the settings disable it', async () => {
  const { found } = await scan({ home: { 'config.toml': settings }, argv: ['--rule', 'js-command-injection', 'src'] })
  expect(found).toEqual(['src/a.js js-command-injection'])
})

test("a repository's own switches count once it is trusted, be it for the run; until then they are counted", async () => {
  const repository = { '.codex/config.toml': settings }
  const untrusted = await scan({ repository })
  expect(untrusted.found).toEqual(everything)
  expect(untrusted.coverage.skipped).toMatchObject({ excluded: 0, disabled: 0, disabled_ignored: 3 })
  const trusted = await scan({ repository, argv: ['--trust'] })
  expect(trusted.found).toEqual(['src/a.js js-code-injection'])
  expect(trusted.coverage.skipped).toMatchObject({ excluded: 1, disabled: 1, disabled_ignored: 0 })
})

test('a setting that names no rule, and one that is none, are said', async () => {
  const home = await makeCodexHome({
    'config.toml': '[plugins."@codex-kernel/code-scan"]\nenabled = true\ndisable = ["js-gone"]\n',
  })
  const workspace = await makeWorkspace({ files })
  onTestFinished(async () => {
    await home.remove()
    await workspace.remove()
  })
  const { stdout } = await runCodex(['scan'], { home, cwd: workspace.path, env: { NO_COLOR: '1' } })
  expect(stdout).toContain('Rule js-gone did not run: the settings disable it, and there is no rule of that name')
  await home.write({ 'config.toml': '[plugins."@codex-kernel/code-scan"]\ndisable = "js-gone"\n' })
  const wrong = await runCodex(['scan'], { home, cwd: workspace.path })
  expect(wrong.exitCode).toBe(1)
  expect(wrong.stderr).toContain('[plugins."@codex-kernel/code-scan"] are not valid')
})

test('by default rules of security and correctness run, by --category others, and rules of your own always', async () => {
  const own = (id: string, category: string) =>
    `id: ${id}\nlanguage: javascript\nseverity: low\ncategory: ${category}\nmessage: Found\nwhy: Because.\nrule: { pattern: 'res.send($$$)' }\n`
  const home = { 'scan-rules/mine.yml': own('mine', 'maintainability') }
  const repository = { 'src/a.js': 'res.send(1)\n' }
  expect((await scan({ home, repository, argv: ['src'] })).found).toEqual(['src/a.js mine'])
  expect((await scan({ home, repository, argv: ['src', '--category', 'security'] })).found).toEqual([])
  const all = await scan({ home, repository, argv: ['src', '--category', 'all'] })
  expect(all.findings).toMatchObject([{ rule: 'mine', category: 'maintainability' }])
})
