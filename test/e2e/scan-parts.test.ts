import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { madeUpSecrets, madeUpText } from '../support/made-up-secret.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace, type TempWorkspace } from '../support/temp-workspace.ts'

const planted = madeUpSecrets(21)
const github = planted['secret-github-token'] ?? ''
const stripe = planted['secret-stripe-key'] ?? ''
const key = planted['secret-private-key'] ?? ''
const password = madeUpText(22, 22)
const ofThePast = madeUpText(24, 23)
/** No shape of an issuer, and no detector of texts sees it: a rule of code does. */
const spoken = 'Tr0ub4dor&3'
const keyLines = key.split('\n').slice(1, -1)
const plantedValues = [github, stripe, password, ofThePast, spoken, ...keyLines]

interface Report {
  readonly findings: readonly {
    readonly rule: string
    readonly file: string
    readonly commit?: string
    readonly message: string
    readonly range: { readonly start: { readonly line: number } }
  }[]
  readonly accepted: readonly unknown[]
  readonly filtered: Readonly<Record<string, number>>
  readonly coverage: { readonly parts: readonly string[] }
}

const files = {
  'src/pay.ts': [
    `const stripe = open('${stripe}')`,
    `const dbPassword = '${password}'`,
    `const adminPassword = '${spoken}'`,
    `app.get('/x', (req, res) => { eval(req.query.a) }) // ${github} ${password} ${spoken}`,
    `const after = '${github}'`,
    '',
  ].join('\n'),
  'config/app.yml': `db:\n  password: ${password}\n`,
  'deploy/server.txt': `${key}\n`,
  'scripts/quote.js': `app.get('/y', (req, res) => { eval(req.query.b + '${password}') })\n// ${keyLines[1]}\n`,
  'package.json': JSON.stringify({ dependencies: { minimtach: 'latest' } }, null, 2),
}

async function place(more: Readonly<Record<string, string>> = {}): Promise<TempWorkspace> {
  const workspace = await makeWorkspace({ files: { ...files, ...more } })
  onTestFinished(() => workspace.remove())
  return workspace
}

/** Beside files that hold it now, a credential that a commit added and the next one took out. */
async function withHistory(workspace: TempWorkspace): Promise<void> {
  await workspace.git('init', '--quiet')
  for (const [text, message] of [
    [`const apiPassword = '${ofThePast}'\n`, 'one'],
    [`const apiPassword = '${password}'\n`, 'two'],
  ] as const) {
    await workspace.write({ 'src/old.ts': text })
    await workspace.git('add', '--all')
    await workspace.git('commit', '--quiet', `--message=${message}`)
  }
}

async function scan(cwd: string, ...flags: readonly string[]): Promise<Report> {
  const { stdout, stderr, exitCode } = await runCodex(['scan', '--json', ...flags], { cwd })
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  return JSON.parse(stdout) // what the program printed
}

const places = ({ findings }: Report): readonly string[] =>
  findings.map(({ file, range, rule }) => `${file}:${range.start.line} ${rule}`).toSorted()

test('one report has flaws of code, secrets and dependencies, and what two tools see is one finding', async () => {
  const { path } = await place()
  expect(places(await scan(path))).toEqual([
    'config/app.yml:2 yaml-hardcoded-secret',
    'deploy/server.txt:1 secret-private-key',
    'package.json:3 dep-any-version',
    'package.json:3 dep-typo-name',
    'scripts/quote.js:1 js-code-injection',
    'src/pay.ts:1 js-hardcoded-secret',
    'src/pay.ts:2 js-hardcoded-secret',
    'src/pay.ts:3 js-hardcoded-secret',
    'src/pay.ts:4 js-code-injection',
    'src/pay.ts:4 secret-github-token',
    'src/pay.ts:5 js-hardcoded-secret',
  ])
})

test('a part, a rule or a category alone leaves the other parts out', async () => {
  const { path } = await place()
  expect((await scan(path, '--only', 'code')).coverage.parts).toEqual(['code'])
  expect(places(await scan(path, '--only', 'secrets,dependencies', '--severity', 'high'))).toContain(
    'src/pay.ts:1 secret-stripe-key',
  )
  const byRule = await scan(path, '--rule', 'secret-assignment', '--rule', 'dep-typo-name')
  expect(byRule.coverage.parts).toEqual(['secrets', 'dependencies'])
  expect(places(byRule)).toEqual([
    'config/app.yml:2 secret-assignment',
    'package.json:3 dep-typo-name',
    'src/pay.ts:2 secret-assignment',
    'src/pay.ts:3 secret-assignment',
  ])
  expect((await scan(path, '--category', 'performance')).coverage.parts).toEqual(['code'])
})

test.each([
  [['--only', 'code', '--rule', 'secret-jwt'], '--only code leaves out all that is asked for'],
  [['--only', 'code', '--history'], '--history is about secrets'],
  [['--rule', 'secret-jwtt'], 'Did you mean secret-jwt'],
  [['--rule', 'dep-typo'], 'Did you mean dep-typo-name'],
  [['--only', 'flaws'], 'code, secrets, dependencies'],
])('%j is a usage error that says what to do', async (flags, message) => {
  const { path } = await place()
  const { exitCode, stdout, stderr } = await runCodex(['scan', ...flags], { cwd: path })
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain(message)
})

test('what an earlier commit holds is a finding of its own, also where the file has another credential in that place', async () => {
  const workspace = await place()
  await withHistory(workspace)
  const { findings } = await scan(workspace.path, '--history')
  const old = findings.filter(({ file }) => file === 'src/old.ts')
  expect(old.map(({ rule, commit }) => [rule, commit === undefined])).toEqual([
    ['js-hardcoded-secret', true],
    ['secret-assignment', false],
  ])
  expect(old[1]?.message).toMatch(/in commit [0-9a-f]{12} of 2026-01-01, and in no file now/)
  await runCodex(['scan', '--baseline', 'base.json', '--write-baseline', '--only', 'secrets'], { cwd: workspace.path })
  const after = await scan(workspace.path, '--history', '--baseline', 'base.json')
  expect(after.findings.filter(({ file }) => file === 'src/old.ts').map(({ rule }) => rule)).toEqual([
    'secret-assignment',
  ])
  const changed = await scan(workspace.path, '--history', '--diff=HEAD')
  expect(changed.findings).toEqual([])
})

test.each(['human', 'json', 'sarif', 'markdown', 'html'])(
  'no byte of the %s report, nor of what the run leaves behind, is of a secret',
  async (format) => {
    const workspace = await place()
    await withHistory(workspace)
    const env = { NO_COLOR: '1' }
    const flags = ['scan', '--history', '--category', 'all', '--format', format]
    const baseline = ['--baseline', 'out/base.json', '--write-baseline', '--output', 'out/report']
    await workspace.write({ 'out/.keep': '' })
    const shown = await runCodex(flags, { cwd: workspace.path, env })
    const written = await runCodex([...flags, ...baseline], { cwd: workspace.path, env })
    const both = [shown.stdout, shown.stderr, written.stdout, written.stderr]
    const left = await readdir(join(workspace.path, 'out'))
    const kept = await Promise.all(left.map((file) => readFile(join(workspace.path, 'out', file), 'utf8')))
    const everything = [...both, ...kept].join('\n')
    expect(left.toSorted()).toEqual(['.keep', 'base.json', 'report'])
    for (const rule of ['js-code-injection', 'secret-github-token', 'secret-private-key', 'js-hardcoded-secret']) {
      expect(shown.stdout).toContain(rule)
    }
    for (const value of plantedValues) {
      expect(everything).not.toContain(value)
      expect(everything).not.toContain(value.slice(-value.length / 2))
    }
  },
)
