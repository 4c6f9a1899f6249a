import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Definition,
  type Finding,
  findingSchema,
  type ToolContext,
  type ToolOutput,
  type TreeFile,
} from 'codex-kernel/plugin-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tool } from './code-scan.ts'
import { definitionKind } from './scan-rule.ts'
import type { ScanReport } from './summarize-scan.ts'

const repository = fileURLToPath(new URL('../../../', import.meta.url))
const rulesDir = join(repository, 'plugins/code-scan/scan-rules')
const place = { root: '' }

beforeEach(() => {
  place.root = realpathSync(mkdtempSync(join(tmpdir(), 'code-scan-')))
})
afterEach(() => rmSync(place.root, { recursive: true, force: true }))

test('the example project: every planted flaw at its line, and nothing else', async () => {
  const shop = join(repository, 'docs/examples/vulnerable-shop')
  const planted: unknown = JSON.parse(readFileSync(`${shop}.expected.json`, 'utf8'))
  const { findings } = await scan({}, shop)
  const found = findings
    .map(({ file, range, rule, severity }) => ({ file, line: range.start.line, rule, severity }))
    .toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
  expect(found).toEqual(planted)
})

test('with lines, what is on them or goes through them is reported, and nothing else', async () => {
  write('src/ping.ts', [
    "const ping = (host: string) => execSync('ping ' + host)",
    "app.get('/ping', (req, res) => {",
    '  const { host } = req.query',
    '  res.json(ping(host))',
    '})',
    "app.get('/eval', (req, res) => res.json(eval(req.query.x)))",
  ])
  const rulesOn = async (from: number, to: number, file = 'src/ping.ts') =>
    (await scan({ lines: [{ file, from, to }] })).findings.map(({ rule }) => rule)
  expect(await rulesOn(3, 3)).toEqual(['js-command-injection'])
  expect(await rulesOn(6, 9)).toEqual(['js-code-injection'])
  expect(await rulesOn(1, 6, 'src/other.ts')).toEqual([])
})

test('a value is followed from the request through a helper to the shell', async () => {
  write('src/ping.ts', [
    "const ping = (host: string) => execSync('ping ' + host)",
    "app.get('/ping', (req, res) => {",
    '  const { host } = req.query',
    '  res.json(ping(host))',
    '})',
  ])
  const { findings } = await scan({})
  expect(findings).toHaveLength(1)
  const [finding] = findings
  expect(findingSchema.parse(finding)).toEqual(finding)
  expect(finding).toMatchObject({
    rule: 'js-command-injection',
    severity: 'critical',
    confidence: 'high',
    file: 'src/ping.ts',
    range: { start: { line: 1, column: 32 }, end: { line: 1, column: 56 } },
    snippet: "execSync('ping ' + host)",
  })
  expect(finding?.flow.map((step) => step.range.start.line)).toEqual([3, 3, 4, 1])
})

test('findings come by severity, then file and line, and the output counts them', async () => {
  write('b.js', ['fs.chmodSync(path, 0o777)', 'eval(code)'])
  write('a.py', ['import os', 'os.chmod(path, 0o777)'])
  const { findings, output, report } = await scan({})
  expect(findings.map(({ rule, file }) => `${file} ${rule}`)).toEqual([
    'b.js js-code-injection',
    'a.py py-world-writable',
    'b.js js-world-writable',
  ])
  expect(report.counts).toEqual({ critical: 0, high: 1, medium: 2, low: 0, info: 0, total: 3 })
  expect(report.groups.map(({ severity, count }) => [severity, count])).toEqual([
    ['high', 1],
    ['medium', 2],
  ])
  expect(report.findings).toEqual(findings)
  expect(output.summary).toBe('3 findings in 2 files')
  expect(output.text).toContain('[high, medium confidence] b.js:2:1 js-code-injection CWE-94 CWE-95:')
})

test('paths, rules and min_severity choose what is reported', async () => {
  write('one/a.js', ['eval(code)', 'fs.chmodSync(path, 0o777)'])
  write('two/b.js', ['eval(code)'])
  expect((await scan({ paths: ['two'] })).findings.map(({ file }) => file)).toEqual(['two/b.js'])
  expect((await scan({ paths: ['one', 'one/a.js'] })).report.files.scanned).toBe(1)
  expect((await scan({ rules: ['js-world-writable'] })).findings).toHaveLength(1)
  expect((await scan({ min_severity: 'high' })).findings.map(({ rule }) => rule)).toEqual([
    'js-code-injection',
    'js-code-injection',
  ])
  const unknown = await scan({ rules: ['no-such-rule'] })
  expect(unknown.output).toMatchObject({ failed: true })
  expect(unknown.output.text).toContain('no-such-rule')
})

test('a finding is less severe where nothing shows that a stranger controls the value', async () => {
  write('app.py', [
    'def run(rule, row):',
    "    return eval(rule, {'row': row})",
    "@app.route('/calc')",
    'def calc():',
    "    return str(eval(request.args['expression']))",
  ])
  const found = ({ findings }: Scan) => findings.map(({ severity, range }) => [severity, range.start.line])
  const both = [
    ['critical', 5],
    ['medium', 2],
  ]
  expect(found(await scan({}))).toEqual(both)
  expect(found(await scan({ min_severity: 'high' }))).toEqual([['critical', 5]])
})

test('a fingerprint stays when lines move, and tells repeats apart', async () => {
  write('a.js', ['eval(code)', 'eval(code)'])
  const before = (await scan({})).findings.map(({ fingerprint }) => fingerprint)
  write('a.js', ['// moved', '', 'const other = 1', 'eval(code)', '  eval( code )'])
  expect((await scan({})).findings.map(({ fingerprint }) => fingerprint)).toEqual(before)
  expect(new Set(before).size).toBe(2)
})

test('a secret is in no part of a finding', async () => {
  const secret = 'k9Xb2Lq7Zt4Vw8Rm1Ns6'
  write('a.ts', [`const settings = { apiKey: '${secret}' }`])
  write('b.py', [`API_KEY = "${secret}"`])
  const { findings, output } = await scan({})
  expect(findings.map(({ snippet }) => snippet)).toEqual(["apiKey: '[redacted]'", 'API_KEY = "[redacted]"'])
  expect(JSON.stringify(output)).not.toContain(secret)
})

test('a comment with a reason suppresses, in a trusted repository', async () => {
  write('a.js', [
    'eval(code) // codex-ignore js-code-injection: the build made the code',
    '// codex-ignore js-world-writable, js-code-injection: made for the test',
    'eval(code)',
    'eval(code) // codex-ignore js-code-injection',
    'eval(code) // codex-ignore js-world-writable: another rule',
    'eval(code) // codex-ignore js-code-injectio: no rule is called so',
    'eval(code) // codex-ignore: of all rules',
    'f(code) // codex-ignore secret-assignment: that of another tool',
  ])
  const trusted = await scan({})
  expect(trusted.findings.map(({ range }) => range.start.line)).toEqual([4, 5, 6, 7])
  expect(trusted.report.skipped).toMatchObject({ suppressed: 2, suppressions_ignored: 3, suppressions_untrusted: 0 })
  const untrusted = await scan({}, place.root, { workspaceTrusted: false })
  expect(untrusted.findings).toHaveLength(6)
  expect(untrusted.report.skipped).toMatchObject({ suppressed: 0, suppressions_ignored: 7, suppressions_untrusted: 7 })
})

test('what is vendored, generated or minified is counted and left out, unless it is named', async () => {
  write('vendor/a.js', ['eval(code)'])
  write('b.min.js', ['eval(code)'])
  write('c.js', ['// Code generated by a tool. DO NOT EDIT.', 'eval(code)'])
  write('d.js', [`eval(code);${'var a=1;'.repeat(1000)}`])
  write('e.js', ['eval(code)'])
  const { findings, report } = await scan({})
  expect(findings.map(({ file }) => file)).toEqual(['e.js'])
  expect(report.skipped).toMatchObject({ vendored: 1, generated: 1, minified: 2 })
  expect((await scan({ paths: ['vendor'] })).findings.map(({ file }) => file)).toEqual(['vendor/a.js'])
})

test('code with errors is scanned as far as it can be read, and counted', async () => {
  write('a.js', ['function broken( {', '}}} ((', 'eval(code)'])
  write('b.js', ['const fine = 1', 'eval(code)'])
  const { findings, report } = await scan({})
  expect(report.files.scanned).toBe(2)
  expect(report.skipped.syntax_errors).toBe(1)
  expect(findings.map(({ file }) => file)).toContain('b.js')
})

test('scripts are known by their first line; other files are not read as code', async () => {
  write('bin/run', ['#!/usr/bin/env python3', 'eval(code)'])
  write('bin/tool', ['#!/usr/bin/env node', 'eval(code)'])
  write('LICENSE', ['eval(code)'])
  write('notes.md', ['eval(code)'])
  const { findings } = await scan({})
  expect(findings.map(({ file, rule }) => `${file} ${rule}`).toSorted()).toEqual([
    'bin/run py-code-injection',
    'bin/tool js-code-injection',
  ])
})

test('in test files findings count less', async () => {
  write('src/a.test.ts', ['const agent = new Agent({ rejectUnauthorized: false })'])
  write('src/a.ts', ['const agent = new Agent({ rejectUnauthorized: false })'])
  const { findings } = await scan({})
  expect(findings.map(({ file, confidence }) => [file, confidence])).toEqual([
    ['src/a.ts', 'high'],
    ['src/a.test.ts', 'medium'],
  ])
})

test('a rule that the parser refuses is named, and the others run', async () => {
  write('a.js', ['eval(code)'])
  const broken = {
    id: 'broken',
    language: 'javascript',
    category: 'security',
    not_in: [],
    severity: 'low',
    message: 'none',
    why: 'none',
    rule: { kind: 'no_such_kind' },
  }
  const { findings, report, output } = await scan({}, place.root, {}, [definition('broken', broken)])
  expect(findings).toHaveLength(1)
  expect(report.broken_rules).toMatchObject([{ rule: 'broken' }])
  expect(output.text).toContain('Rule broken did not run')
})

test('an aborted scan ends with the reason', async () => {
  write('a.js', ['eval(code)'])
  const reason = new Error('stopped by the user')
  await expect(scan({}, place.root, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

function write(file: string, lines: readonly string[]): void {
  const path = join(place.root, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${lines.join('\n')}\n`)
}

interface Scan {
  readonly findings: readonly Finding[]
  readonly output: ToolOutput
  readonly report: ScanReport
}

async function scan(
  request: {
    paths?: string[]
    rules?: string[]
    min_severity?: Finding['severity']
    lines?: readonly { readonly file: string; readonly from: number; readonly to: number }[]
  },
  root = place.root,
  change: Partial<ToolContext> = {},
  further: readonly Definition<unknown>[] = [],
): Promise<Scan> {
  const run = tool.run(tool.input.parse(request), contextOf(root, change, further))
  if (!('next' in run)) throw new Error('the tool streams')
  const findings: Finding[] = []
  for (;;) {
    const step = await run.next()
    if (step.done) {
      const report = step.value.structured as ScanReport // what the tool under test gives
      return { findings, output: step.value, report }
    }
    if (step.value.type === 'finding') findings.push(step.value.finding)
  }
}

function contextOf(root: string, change: Partial<ToolContext>, further: readonly Definition<unknown>[]): ToolContext {
  const refuse = (): never => {
    throw new Error('a scan only reads')
  }
  return {
    cwd: root,
    workspaceRoot: root,
    workspaceTrusted: true,
    threadId: 'thread',
    turnId: 'turn',
    callId: 'call',
    fs: {
      readFile: refuse,
      readText: refuse,
      stat: refuse,
      list: refuse,
      apply: refuse,
      readHistory: refuse,
      readChunks: refuse,
      readDifference: refuse,
      openTree: async (path) => ({
        root: resolve(root, path),
        files: filesBelow(resolve(root, path), root),
        skipped: { denied: 0, tooLarge: 0 },
        truncated: false,
      }),
    },
    exec: refuse,
    commands: { start: refuse, find: refuse },
    fetch: refuse,
    threads: { run: refuse },
    ask: refuse,
    requestPermissions: refuse,
    redact: (text) => text,
    findSecrets: async () => [],
    definitions: async () => [...bundledRules(), ...further],
    settings: {},
    emit: () => {},
    signal: new AbortController().signal,
    ...change,
  }
}

function filesBelow(path: string, root: string): readonly TreeFile[] {
  const paths = statSync(path).isFile()
    ? [path]
    : readdirSync(path, { recursive: true, encoding: 'utf8' })
        .map((name) => join(path, name))
        .filter((file) => statSync(file).isFile())
  return paths.toSorted().map((file) => ({
    path: file,
    relativePath: relative(root, file),
    sizeBytes: statSync(file).size,
    modifiedMs: statSync(file).mtimeMs,
    read: () => readFile(file, 'utf8'),
  }))
}

function bundledRules(): readonly Definition<unknown>[] {
  const files = readdirSync(rulesDir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yml'))
  return files.flatMap((file) =>
    definitionKind
      .parse({ file, text: readFileSync(join(rulesDir, file), 'utf8') })
      .flatMap((parsed) => (parsed.id === undefined ? [] : [definition(parsed.id, parsed.value)])),
  )
}

function definition(id: string, value: unknown): Definition<unknown> {
  const origin = { layer: 'plugin', file: `${id}.yml`, plugin: 'code-scan', trusted: true } as const
  return { kind: 'scan-rule', id, value, origin, shadows: [] }
}
