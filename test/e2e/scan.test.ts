import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const examples = fileURLToPath(new URL('../../docs/examples/', import.meta.url))
const shop = join(examples, 'vulnerable-shop')

interface Report {
  readonly findings: readonly {
    readonly rule: string
    readonly file: string
    readonly severity: string
    readonly range: { readonly start: { readonly line: number } }
  }[]
  readonly counts: Readonly<Record<string, number>>
  readonly accepted: readonly { readonly by: string }[]
  readonly filtered: Readonly<Record<string, number>>
  readonly coverage: { readonly skipped: Readonly<Record<string, number>> }
}

const reportOf = (stdout: string): Report => JSON.parse(stdout) // what the program printed

async function workspace(files: Readonly<Record<string, string>>, options: { readonly git?: boolean } = {}) {
  const made = await makeWorkspace({ files, ...options })
  onTestFinished(() => made.remove())
  return made
}

const route = (body: string) => `app.get('/x', (req, res) => {\n  ${body}\n})\n`
const evil = route('eval(req.query.a)')

test('a scan reports what is wrong in the shop, each at its place, in every run the same', async () => {
  const { exitCode, stdout, stderr } = await runCodex(['scan', '--json'], { cwd: shop })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const report = reportOf(stdout)
  const expected: readonly { file: string; line: number; rule: string }[] = JSON.parse(
    await readFile(join(examples, 'vulnerable-shop.expected.json'), 'utf8'),
  )
  const found = report.findings.map(
    ({ file, range, rule }) => `${file.split('vulnerable-shop/').at(-1)}:${range.start.line} ${rule}`,
  )
  expect(found.toSorted()).toEqual(expected.map(({ file, line, rule }) => `${file}:${line} ${rule}`).toSorted())
  expect(report.counts.total).toBe(expected.length)
})

test('the human report has place, code with a caret, flow, reason, fix and a summary', async () => {
  const { path } = await workspace({ 'a.js': evil })
  const { exitCode, stdout } = await runCodex(['scan'], { cwd: path, env: { NO_COLOR: '1' } })
  expect(exitCode).toBe(0)
  expect(stdout).toContain(`critical  a.js:2:3  js-code-injection  CWE-94  CWE-95  high confidence`)
  expect(stdout).toContain(`  > 2 |   eval(req.query.a)\n      |   ^^^^^^^^^^^^^^^^^\n`)
  expect(stdout).toContain('flow  line 2: data of the request: `req.query.a`')
  expect(stdout).toMatch(/^ {2}why {3}/m)
  expect(stdout).toMatch(/^ {2}fix {3}/m)
  expect(stdout).toContain('1 finding in 1 file: 1 critical.\nScanned 1 file with ')
  expect(stdout.split('a.js:2:3')).toHaveLength(2)
  expect(stdout).not.toContain('\u001b')
})

test.each([
  [['--fail-on', 'critical'], 3],
  [['--fail-on', 'critical', '--severity', 'critical', '--rule', 'js-sql-injection'], 0],
  [['--fail-on', 'high', 'harmless.js'], 0],
])('%j exits %i', async (flags, exitCode) => {
  const { path } = await workspace({ 'a.js': evil, 'harmless.js': 'console.log(1)\n' })
  expect((await runCodex(['scan', ...flags], { cwd: path })).exitCode).toBe(exitCode)
})

test.each([
  [['nowhere'], 'There is no file or folder nowhere'],
  [['--rule', 'js-comand-injection'], 'Did you mean js-command-injection'],
  [['--write-baseline'], '--write-baseline needs a file to write'],
  [['--baseline', 'none.json'], 'The baseline '],
  [['--diff'], 'This is no git repository'],
  [['--format', 'pdf'], '--format'],
])('%j is a usage error that says what to do', async (flags, message) => {
  const { path } = await workspace({ 'a.js': evil })
  const { exitCode, stderr, stdout } = await runCodex(['scan', ...flags], { cwd: path })
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain(message)
  expect(stderr).toContain('hint: ')
})

test('a file gets the report whole, in the format that its name asks for', async () => {
  const { path } = await workspace({ 'a.js': evil, 'old.sarif': 'old' })
  for (const [name, beginning] of [
    ['old.sarif', '{'],
    ['report.html', '<!doctype html>'],
    ['report.md', '# Scan report'],
    ['report.json', '{'],
  ] as const) {
    const { exitCode, stdout, stderr } = await runCodex(['scan', 'a.js', '--output', name], { cwd: path })
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' })
    expect(stderr).toContain('1 finding; the report is in')
    expect((await readFile(join(path, name), 'utf8')).startsWith(beginning)).toBe(true)
  }
  await expect(stat(join(path, 'report.html.tmp'))).rejects.toThrow()
})

test('findings of a baseline do not count, and are said; new ones do', async () => {
  const { path, write } = await workspace({ 'a.js': evil })
  const written = await runCodex(['scan', '--baseline', 'base.json', '--write-baseline'], { cwd: path })
  expect(written.exitCode).toBe(0)
  const flags = ['scan', '--baseline', 'base.json', '--fail-on', 'info']
  const known = await runCodex(flags, { cwd: path })
  expect(known.exitCode).toBe(0)
  expect(known.stdout).toContain('1 finding of the baseline is not counted.')
  await write({ 'a.js': `\n\n${evil}`, 'b.js': evil })
  const { exitCode, stdout } = await runCodex([...flags, '--json'], { cwd: path })
  expect(exitCode).toBe(3)
  expect(reportOf(stdout)).toMatchObject({
    counts: { total: 1 },
    findings: [{ file: 'b.js' }],
    accepted: [{ by: 'baseline' }],
  })
})

test('a baseline is not written anew by a scan that looks for less', async () => {
  const { path } = await workspace({ 'a.js': evil })
  const write = ['scan', '--baseline', 'base.json', '--write-baseline']
  await runCodex(write, { cwd: path })
  const kept = await readFile(join(path, 'base.json'), 'utf8')
  const { exitCode, stderr } = await runCodex([...write, '--only', 'secrets', '--severity', 'high'], { cwd: path })
  expect(exitCode).toBe(2)
  expect(stderr).toContain('base.json holds findings that a scan with --only, --severity does not look for')
  expect(await readFile(join(path, 'base.json'), 'utf8')).toBe(kept)
})

test('only changed lines count with --diff, against a branch or the last commit, new files included', async () => {
  const repository = await workspace({ 'a.js': evil, 'ü b.js': 'ok()\n' }, { git: true })
  const scan = async (...flags: readonly string[]) => {
    const { stdout, stderr } = await runCodex(['scan', '--json', ...flags], { cwd: repository.path })
    expect(stderr).toBe('')
    return reportOf(stdout).findings.map(({ file, range }) => `${file}:${range.start.line}`)
  }
  expect(await scan('--diff')).toEqual([])
  await repository.write({ 'a.js': `${evil}${evil}`, 'new.js': evil, 'ü b.js': `ok()\n${evil}` })
  expect(await scan('--diff')).toEqual(['a.js:5', 'new.js:2', 'ü b.js:3'])
  await repository.git('checkout', '--quiet', '-b', 'topic')
  await repository.git('add', '--all')
  await repository.git('commit', '--quiet', '--message=more')
  expect(await scan('--diff')).toEqual(['a.js:5', 'new.js:2', 'ü b.js:3'])
  expect(await scan('--diff', 'main', 'a.js')).toEqual(['a.js:5'])
  expect(await scan('--diff=HEAD')).toEqual([])
})

test('a shallow clone that does not know the main branch is told so by --diff, and HEAD can be named', async () => {
  const whole = await workspace({ 'a.js': evil }, { git: true })
  await whole.git('checkout', '--quiet', '-b', 'topic')
  await whole.write({ 'b.js': evil })
  await whole.git('add', '--all')
  await whole.git('commit', '--quiet', '--message=more')
  await whole.git('checkout', '--quiet', 'main')
  const clone = await workspace({})
  await clone.git('clone', '--quiet', '--depth=1', '--branch=topic', `file://${whole.path}`, 'shallow')
  const cwd = join(clone.path, 'shallow')
  const { exitCode, stdout, stderr } = await runCodex(['scan', '--diff', '--fail-on', 'medium'], { cwd })
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain('Where this branch left the main one is not known, since the clone is shallow')
  expect(stderr).toContain('git fetch --unshallow')
  expect((await runCodex(['scan', '--diff=HEAD'], { cwd })).exitCode).toBe(0)
})

test('comments of an untrusted repository suppress nothing, unless --trust is given for the run', async () => {
  const { path } = await workspace({
    'a.js': route('eval(req.query.a) // codex-ignore js-code-injection: made by our build'),
  })
  const scan = async (...flags: readonly string[]) => {
    const { stdout } = await runCodex(['scan', '--json', ...flags], { cwd: path })
    const { counts, coverage } = reportOf(stdout)
    return [counts.total, coverage.skipped.suppressed, coverage.skipped.suppressions_ignored]
  }
  expect(await scan()).toEqual([1, 0, 1])
  expect(await scan('--trust')).toEqual([0, 1, 0])
  expect(await scan()).toEqual([1, 0, 1])
})
