import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { madeUpSecrets } from '../support/made-up-secret.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const evil = `app.get('/x', (req, res) => {\n  eval(req.query.a)\n})\n`
const token = madeUpSecrets(31)['secret-github-token'] ?? ''

interface Report {
  readonly findings: readonly {
    readonly file: string
    readonly rule: string
    readonly confidence: string
    readonly range: { readonly start: { readonly line: number } }
  }[]
  readonly coverage: {
    readonly skipped: Readonly<Record<string, number>>
    readonly gaps: readonly { readonly file: string; readonly reason: string; readonly line?: number }[]
    readonly secrets: { readonly skipped: Readonly<Record<string, number>> }
  }
}

async function scan(files: Readonly<Record<string, string | Buffer>>): Promise<Report> {
  const workspace = await makeWorkspace({ files: {} })
  onTestFinished(() => workspace.remove())
  for (const [file, content] of Object.entries(files)) await writeFile(join(workspace.path, file), content)
  const { exitCode, stdout, stderr } = await runCodex(['scan', '--json'], { cwd: workspace.path })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  return JSON.parse(stdout) // what the program printed
}

const places = ({ findings }: Report): readonly string[] =>
  findings.map(({ file, range, rule }) => `${file}:${range.start.line} ${rule}`)

test('what is whole in a file that does not parse is scanned, and the file is marked', async () => {
  const report = await scan({ 'broken.js': `${evil}function ( {{{ = \n\n${evil}` })
  expect(places(report)).toContain('broken.js:2 js-code-injection')
  expect(report.coverage.gaps).toEqual([{ file: 'broken.js', reason: 'syntax_error', line: 4 }])
})

test('a file of 20 MB is left out and counted, by both searches, and the others are scanned', async () => {
  const report = await scan({ 'huge.js': evil.repeat(20_000_000 / evil.length), 'a.js': evil })
  expect(places(report)).toEqual(['a.js:2 js-code-injection'])
  expect(report.coverage.skipped.too_large).toBe(1)
  expect(report.coverage.secrets.skipped.too_large).toBe(1)
})

test('a binary is left out by both searches, whatever it is called', async () => {
  const bytes = Buffer.concat([Buffer.from([0x7f, 0x45, 0, 1]), Buffer.from(`${evil}const t = '${token}'`)])
  const report = await scan({ 'a.js': bytes, program: bytes })
  expect(report.findings).toEqual([])
  expect(report.coverage.gaps).toEqual([{ file: 'a.js', reason: 'binary' }])
  expect(report.coverage.secrets.skipped.binary).toBe(2)
})

test('bytes that are no UTF-8 hide nothing that stands beside them, and the file is marked', async () => {
  const latin = Buffer.from([0x2f, 0x2f, 0xe4, 0xf6, 0xfc, 0x0a])
  const report = await scan({ 'latin.js': Buffer.concat([latin, Buffer.from(`${evil}open('${token}')\n`)]) })
  expect(places(report)).toEqual(['latin.js:3 js-code-injection', 'latin.js:5 js-hardcoded-secret'])
  expect(report.coverage.gaps).toEqual([{ file: 'latin.js', reason: 'invalid_utf8' }])
})

test('minified code is left out and named; a token in it is found all the same', async () => {
  const packed = `!function(){${'var a=1,b=[2,3],c={d:4};f(a,b,c);'.repeat(2000)}}();eval(location.hash);x('${token}')`
  const report = await scan({ 'app.js': packed })
  expect(places(report)).toEqual(['app.js:1 secret-github-token'])
  expect(report.coverage.gaps).toEqual([{ file: 'app.js', reason: 'minified' }])
})

test('no file is shown whole for one long line', async () => {
  const line = `const t = '${token}';${'a.b(1);'.repeat(3000)}`
  const workspace = await makeWorkspace({ files: { 'long.txt': line } })
  onTestFinished(() => workspace.remove())
  const { stdout } = await runCodex(['scan'], { cwd: workspace.path, env: { NO_COLOR: '1' } })
  expect(stdout).toContain('secret-github-token')
  expect(stdout.length).toBeLessThan(3000)
})
