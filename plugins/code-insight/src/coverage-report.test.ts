import { execFile } from 'node:child_process'
import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { openToolBench } from '../../../test/support/tool-bench.ts'
import { tool } from './coverage-report.ts'
import type { CoverageSummary } from './summarize-coverage.ts'

async function openBench(files: Readonly<Record<string, string>>, options: Parameters<typeof openToolBench>[1] = {}) {
  const bench = await openToolBench([tool], { ...options, files })
  onTestFinished(() => bench.close())
  const read = async (input: unknown = {}) => {
    const { output } = await bench.run('coverage_report', input)
    return { ...output, report: output.structured as CoverageSummary } // given by the tool
  }
  return { ...bench, read }
}

const source = 'export function paid() {\n  return 1\n}\n\nexport function refunded() {\n  return 2\n}\n'
const lcov = (path: string) =>
  `TN:\nSF:${path}\nFN:1,paid\nFN:5,refunded\nFNDA:3,paid\nFNDA:0,refunded\nDA:1,3\nDA:2,3\nDA:5,1\nDA:6,0\nDA:7,0\nBRF:4\nBRH:1\nend_of_record\n`

const place = (line: number) => ({ start: { line, column: 0 }, end: { line, column: 9 } })
const istanbul = (path: string) =>
  JSON.stringify({
    [path]: {
      ...{ path, statementMap: { 0: place(2), 1: place(6) }, s: { 0: 3, 1: 0 } },
      fnMap: {
        0: { name: 'paid', decl: place(1), loc: place(1) },
        1: { name: 'refunded', decl: place(5), loc: place(5) },
      },
      ...{ f: { 0: 3, 1: 0 }, branchMap: {}, b: { 0: [1, 0] } },
    },
  })
const share = { total: 4, covered: 1, skipped: 0, pct: 25 }
const coveragePy = JSON.stringify({
  meta: { version: '7.6' },
  files: {
    'src/pay.ts': {
      ...{ executed_lines: [1, 2, 5], missing_lines: [6, 7], summary: { num_branches: 4, covered_branches: 1 } },
      functions: {
        paid: { executed_lines: [2], missing_lines: [] },
        refunded: { executed_lines: [], missing_lines: [6, 7], start_line: 5 },
      },
    },
  },
})
const cobertura = `<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.6"><sources><source>/build/agent</source></sources><packages><package name="src"><classes>
<class name="pay" filename="src/pay.ts"><methods><method name="refunded"><lines><line number="5" hits="0"/></lines></method></methods>
<lines><line number="1" hits="3"/><line number="2" hits="3" branch="true" condition-coverage="25% (1/4)"/><line number="5" hits="1"/><line number="6" hits="0"/><line number="7" hits="0"/></lines></class>
</classes></package></packages></coverage>`
const jacoco = `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="shop"><sessioninfo id="x" start="1" dump="2"/><package name="com/acme"><class name="com/acme/Pay" sourcefilename="Pay.java">
<method name="refund" desc="()V" line="5"><counter type="LINE" missed="2" covered="0"/><counter type="METHOD" missed="1" covered="0"/></method></class>
<sourcefile name="Pay.java"><line nr="3" mi="0" ci="4" mb="0" cb="1"/><line nr="5" mi="2" ci="0" mb="3" cb="0"/><line nr="6" mi="2" ci="0" mb="0" cb="0"/></sourcefile></package></report>`
const goProfile = 'mode: set\nexample.com/shop/pay/pay.go:3.20,5.2 2 1\nexample.com/shop/pay/pay.go:7.20,9.2 1 0\n'

test.each([
  ['lcov.info', 'coverage/lcov.info', lcov('src/pay.ts'), 'lcov', 3, 5, ['6-7']],
  [
    'an lcov of another machine',
    'coverage/lcov.info',
    lcov('/home/runner/work/shop/src/pay.ts'),
    'lcov',
    3,
    5,
    ['6-7'],
  ],
  ['coverage-final.json', 'coverage/coverage-final.json', istanbul('/ci/src/pay.ts'), 'istanbul', 1, 2, ['6']],
  [
    'coverage-summary.json',
    'coverage/coverage-summary.json',
    JSON.stringify({ total: { lines: share }, '/ci/src/pay.ts': { lines: share } }),
    'istanbul summary',
    1,
    4,
    [],
  ],
  ['coverage.json', 'coverage.json', coveragePy, 'coverage.py', 3, 5, ['6-7']],
  ['coverage.xml', 'coverage.xml', cobertura, 'cobertura', 3, 5, ['6-7']],
])('%s is read, though .gitignore names it', async (_, file, text, format, covered, total, uncovered) => {
  const bench = await openBench({ '.gitignore': 'coverage*\n', 'src/pay.ts': source, [file]: text })
  const { report } = await bench.read()
  expect(report.reports).toMatchObject([{ file, format, used: true, stale_sources: 0 }])
  expect(report.totals).toMatchObject({ files: 1, covered, total, percent: Math.floor((1000 * covered) / total) / 10 })
  expect(report.worst).toMatchObject([{ file: 'src/pay.ts', uncovered }])
  if (format !== 'istanbul summary') {
    expect(report.uncovered_functions).toEqual([{ file: 'src/pay.ts', line: 5, name: 'refunded' }])
    expect(report.totals.branches).toMatchObject(
      format === 'istanbul' ? { covered: 1, total: 2 } : { covered: 1, total: 4 },
    )
  }
})

test('JaCoCo and Go profiles name files by package, and are found where their build writes them', async () => {
  const bench = await openBench({
    'java/pom.xml': '<project/>',
    'java/src/main/java/com/acme/Pay.java': 'package com.acme;\n',
    'java/target/site/jacoco/jacoco.xml': jacoco,
    'go/go.mod': 'module example.com/shop\n',
    'go/pay/pay.go': 'package pay\n',
    'go/cover.out': goProfile,
  })
  const { report } = await bench.read()
  expect(report.worst).toMatchObject([
    { file: 'go/pay/pay.go', covered: 3, total: 6, uncovered: ['7-9'] },
    { file: 'java/src/main/java/com/acme/Pay.java', covered: 1, total: 3, uncovered: ['5-6'] },
  ])
  expect(report.uncovered_functions).toEqual([
    { file: 'java/src/main/java/com/acme/Pay.java', line: 5, name: 'refund' },
  ])
})

test('of two reports the one that says more counts, and runs of one format are put together', async () => {
  const unit = 'SF:src/pay.ts\nDA:1,1\nDA:2,0\nend_of_record\n'
  const e2e = 'SF:src/pay.ts\nDA:1,0\nDA:2,2\nend_of_record\n'
  const bench = await openBench({
    ...{ 'src/pay.ts': source, 'coverage/unit/lcov.info': unit, 'coverage/e2e/lcov.info': e2e },
    'coverage/coverage-summary.json': JSON.stringify({ total: { lines: share }, 'src/pay.ts': { lines: share } }),
  })
  const { report } = await bench.read()
  expect(report.totals).toMatchObject({ covered: 2, total: 2, percent: 100 })
  expect(report.reports.map(({ format, used }) => [format, used])).toEqual([
    ['lcov', true],
    ['lcov', true],
    ['istanbul summary', false],
  ])
})

test('a report that is older than its sources is said to be, and so are files that one side alone has', async () => {
  const bench = await openBench({
    'src/pay.ts': source,
    'src/new.ts': source,
    'coverage/lcov.info': lcov('src/pay.ts') + lcov('src/gone/away.ts'),
  })
  const hourAgo = new Date(Date.now() - 3_600_000)
  await utimes(join(bench.workspace.path, 'coverage/lcov.info'), hourAgo, hourAgo)
  const { report, output } = await bench.read()
  expect(report.stale).toEqual({ count: 1, files: ['src/pay.ts'] })
  expect(report.reports[0]?.stale_sources).toBe(1)
  expect(report.unknown).toEqual({ count: 1, files: ['src/new.ts'] })
  expect(report.missing).toEqual({ count: 1, files: ['src/gone/away.ts'] })
  expect(output).toContain('Newer than the report: src/pay.ts')
})

test('sources and reports can be named; what is no report is said', async () => {
  const bench = await openBench({
    ...{
      'src/pay.ts': source,
      'src/b.ts': source,
      'out/mine.dat': lcov('src/pay.ts') + lcov('src/b.ts'),
      'out/other.json': '{"a":1}',
    },
  })
  const { report } = await bench.read({ paths: ['src/b.ts'], reports: ['out/mine.dat', 'out/other.json'] })
  expect(report.worst.map(({ file }) => file)).toEqual(['src/b.ts'])
  expect(report.reports.find(({ file }) => file === 'out/other.json')?.problem).toContain('none of the formats')
})

test('without a report it says so, and broken ones are no reason to fail', async () => {
  const bench = await openBench({
    ...{
      'src/pay.ts': source,
      'coverage.json': '{"broken',
      'coverage/lcov.info': 'SF:\nDA:x\nend_of_record\n',
      'coverage.xml': '<coverage><class',
    },
  })
  const { report, summary, failed } = await bench.read()
  expect({ summary, failed }).toMatchObject({
    summary: expect.stringMatching(/^\d reports without a file|^no coverage report/),
    failed: undefined,
  })
  expect(report.totals.files).toBe(0)
})

test('a folder of reports that may not be read is named, and nothing of it is told', async () => {
  const permissions = (workspace: string) => {
    const rule = [{ allow: ['/**'], deny: [join(workspace, 'coverage')] }]
    return { read: { allow: rule, askable: rule } }
  }
  const bench = await openBench({ 'src/pay.ts': source, 'coverage/lcov.info': lcov('src/pay.ts') }, { permissions })
  const { report, output } = await bench.read()
  expect(report.totals.files).toBe(0)
  expect(output).toMatch(/coverage: it may not be read/)
})

test('what the test runner of Node writes is read', async () => {
  const bench = await openBench({
    'pay.js':
      'exports.paid = function paid() {\n  return 1\n}\n\nexports.refunded = function refunded() {\n  return 2\n}\n',
    'pay.test.js': "require('node:test').test('pays', () => require('./pay.js').paid())\n",
  })
  const argv = ['--test', '--experimental-test-coverage', '--test-reporter=lcov', 'pay.test.js']
  const env = { PATH: process.env.PATH ?? '' }
  const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: bench.workspace.path, env })
  await writeFile(join(bench.workspace.path, 'lcov.info'), stdout)
  const { report } = await bench.read()
  expect(report.worst).toMatchObject([{ file: 'pay.js', uncovered: ['6-7'] }])
  expect(report.uncovered_functions).toMatchObject([{ file: 'pay.js', line: 5, name: 'refunded' }])
})
