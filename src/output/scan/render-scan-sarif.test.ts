import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonSchemaProblems } from '../../../test/support/json-schema-problems.ts'
import { anyReport, sampleDocument, sampleFinding } from '../../../test/support/sample-findings.ts'
import { renderScanSarif } from './render-scan-sarif.ts'

const schema: object = JSON.parse(readFileSync('test/fixtures/sarif/sarif-2.1.0.schema.json', 'utf8')) // OASIS' own

const problemsOf = (text: string) => jsonSchemaProblems(schema, JSON.parse(text))
const runOf = (text: string) => JSON.parse(text).runs[0]

test('a report is what the schema of SARIF 2.1.0 takes', () => {
  const accepted = [{ finding: sampleFinding({ rule: 'other' }), by: 'baseline' as const }]
  expect(problemsOf(renderScanSarif(sampleDocument([sampleFinding()], { accepted }), true))).toEqual([])
  expect(problemsOf(renderScanSarif(sampleDocument([]), false))).toEqual([])
})

test('the check against the schema finds what is wrong', () => {
  const log = JSON.parse(renderScanSarif(sampleDocument([sampleFinding()]), false))
  log.runs[0].results[0].level = 'grave'
  log.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0
  delete log.runs[0].tool.driver.name
  expect(jsonSchemaProblems(schema, log)).toHaveLength(3)
})

test('whatever findings say, the report is JSON that the schema takes, without halves of characters', () => {
  fc.assert(
    fc.property(anyReport, fc.boolean(), ({ document }, withAccepted) => {
      const accepted = document.findings.map((finding) => ({ finding, by: 'baseline' as const }))
      const text = renderScanSarif({ ...document, accepted }, withAccepted)
      expect(problemsOf(text)).toEqual([])
      expect(text).not.toMatch(/\\ud[89a-f]/i)
      for (const { locations } of runOf(text).results) {
        const { uri, uriBaseId } = locations[0].physicalLocation.artifactLocation
        // Relative references are resolved against a root that the viewer knows; no text makes one that leaves the scheme of files.
        expect(new URL(uri, 'file:///root/').protocol).toBe('file:')
        expect(uriBaseId === '%SRCROOT%' || uri.startsWith('file:///')).toBe(true)
      }
    }),
  )
})

test('a rule says what viewers show and sort by', () => {
  const [rule] = runOf(renderScanSarif(sampleDocument([sampleFinding()]), false)).tool.driver.rules
  expect(rule).toMatchObject({
    id: 'js-eval',
    helpUri: 'https://example.org/eval',
    defaultConfiguration: { level: 'error' },
    help: { text: expect.stringContaining('Fix: Use JSON.parse.'), markdown: expect.any(String) },
    properties: {
      tags: ['security', 'external/cwe/cwe-094', 'external/owasp/a03:2021'],
      precision: 'medium',
      'security-severity': '8.0',
    },
  })
})

test('a result has its place, its flow, its fix and its fingerprint', () => {
  const run = runOf(renderScanSarif(sampleDocument([sampleFinding({ file: 'src/ü b#c.js' })]), false))
  expect(run.columnKind).toBe('utf16CodeUnits')
  expect(run.originalUriBaseIds).toHaveProperty('%SRCROOT%')
  const [result] = run.results
  expect(result.locations[0].physicalLocation).toMatchObject({
    artifactLocation: { uri: 'src/%C3%BC%20b%23c.js', uriBaseId: '%SRCROOT%' },
    region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 7 },
  })
  const steps = result.codeFlows[0].threadFlows[0].locations
  expect(steps.map((step: { location: { message: { text: string } } }) => step.location.message.text)).toEqual([
    'data of the request: `req.query`',
    'reaches `eval(x)`',
  ])
  expect(result.fixes[0].artifactChanges).toEqual([
    {
      artifactLocation: { uri: 'src/a.js', uriBaseId: '%SRCROOT%' },
      replacements: [
        {
          deletedRegion: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 7 },
          insertedContent: { text: 'parse' },
        },
      ],
    },
  ])
  expect(result.partialFingerprints).toEqual({ 'codexFinding/v1': '0123456789abcdef' })
})

test('what a baseline accepts is there as suppressed where that is asked for, and else not at all', () => {
  const accepted = [{ finding: sampleFinding(), by: 'baseline' as const }]
  expect(runOf(renderScanSarif(sampleDocument([], { accepted }), false)).results).toEqual([])
  const [result] = runOf(renderScanSarif(sampleDocument([], { accepted }), true)).results
  expect(result.suppressions).toEqual([
    { kind: 'external', status: 'accepted', justification: 'It is in the baseline.' },
  ])
})

test('files that were not scanned and rules that did not run are notifications', () => {
  const [{ toolExecutionNotifications: told }] = runOf(renderScanSarif(sampleDocument([]), false)).invocations
  expect(told.map(({ message }: { message: { text: string } }) => message.text)).toEqual([
    'src/c.js:4: syntax error',
    'Rule bad-rule did not run: no such kind',
  ])
})

test('beside a baseline a result says whether it is new, and what it accepts that it is not', () => {
  const accepted = [{ finding: sampleFinding({ rule: 'known' }), by: 'baseline' as const }]
  const text = renderScanSarif(sampleDocument([sampleFinding()], { accepted, compared_with_baseline: true }), true)
  const states = runOf(text).results.map((each: { baselineState: string }) => each.baselineState)
  expect(states).toEqual(['new', 'unchanged'])
  expect(problemsOf(text)).toEqual([])
})

test('a run has as many results and steps as viewers take, the worst of them, and says what it leaves out', () => {
  const [step] = sampleFinding().flow
  const long = sampleFinding({ severity: 'critical', flow: Array.from({ length: 1200 }, () => step ?? expect.fail()) })
  const few = Array.from({ length: 25_000 }, (_, index) => sampleFinding({ severity: 'low', fingerprint: `${index}` }))
  const run = runOf(renderScanSarif(sampleDocument([...few, long]), false))
  expect(run.results).toHaveLength(25_000)
  expect(run.results[0].codeFlows[0].threadFlows[0].locations).toHaveLength(1000)
  expect(run.invocations[0].toolExecutionNotifications[0].message.text).toContain('1 finding less severe')
})

test('a rule links its weakness, and a run says what was looked for', () => {
  const run = runOf(renderScanSarif(sampleDocument([sampleFinding()]), false))
  expect(run.automationDetails.id).toBe('codex-scan/code/')
  expect(run.tool.driver.rules[0].help.markdown).toContain('[CWE-94](https://cwe.mitre.org/data/definitions/94.html)')
})
