import fc from 'fast-check'
import { type ScanDocument, scanDocument } from '../../src/output/scan/scan-document.ts'
import { confidences, type Finding, severities } from '../../src/plugin-api/index.ts'

/** A finding with a flow and a mechanical fix. */
export function sampleFinding(more: Partial<Finding> = {}): Finding {
  const range = { start: { line: 2, column: 3 }, end: { line: 2, column: 7 } }
  return {
    rule: 'js-eval',
    severity: 'high',
    confidence: 'medium',
    message: 'Variable text is run as code',
    why: 'It runs with all rights.',
    cwe: ['CWE-94'],
    owasp: ['A03:2021'],
    file: 'src/a.js',
    range,
    snippet: 'eval(x)',
    flow: [
      {
        file: 'src/a.js',
        range: { ...range, start: { line: 1, column: 1 } },
        message: 'data of the request: `req.query`',
      },
      { file: 'src/b.js', range, message: 'reaches `eval(x)`' },
    ],
    fix: { description: 'Use JSON.parse.', edits: [{ file: 'src/a.js', range, text: 'parse' }] },
    references: ['https://example.org/eval'],
    fingerprint: '0123456789abcdef',
    ...more,
  }
}

/** A report of these findings, with something of everything that a report can say. */
export function sampleDocument(findings: readonly Finding[], more: Partial<ScanDocument> = {}): ScanDocument {
  return scanDocument({
    program: { name: 'codex-kernel', version: '1.2.3' },
    scanned_at: '2026-01-02T03:04:05.000Z',
    paths: ['src'],
    findings,
    accepted: [],
    filtered: { rule: 0, severity: 2, diff: 0 },
    notes: ['No language model was used.'],
    coverage: {
      parts: ['code'],
      rules: 56,
      files: { scanned: 3, with_findings: 1, javascript: 2, python: 1 },
      skipped: { minified: 1, suppressions_ignored: 1, suppressed: 0 },
      gaps: [{ file: 'src/c.js', reason: 'syntax_error', line: 4 }],
      broken_rules: [{ rule: 'bad-rule', problem: 'no such kind' }],
      truncated: false,
    },
    ...more,
  })
}

/** Text as an attacker would choose it, besides any. */
export const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</style><script>alert(1)</script>',
    '<!-- --> ]]>',
    'javascript:alert(1)',
    '```\n# heading\n```',
    '## CRITICAL\n### `a.js:1:1`',
    '[x](javascript:alert(1)) ![y](https://example.org/z.png)',
    '\u001b]0;title\u0007\u001b[31m',
    'a\u202eb\u2066c',
    '\ud800 half, \udfff half',
    'line\r\nline\nline\u2028line',
    '{{template}} `y` $&',
    '%SRCROOT%/../..//etc',
  ),
)

const place = fc.record({ line: fc.integer({ min: 1, max: 5 }), column: fc.integer({ min: 1, max: 30 }) })
const range = fc.record({ start: place, end: place })

/** Findings of which every text is hostile, and every place may be outside of the file. */
export const anyFinding: fc.Arbitrary<Finding> = fc.record({
  rule: hostileText,
  severity: fc.constantFrom(...severities),
  confidence: fc.constantFrom(...confidences),
  message: hostileText,
  why: hostileText,
  cwe: fc.array(hostileText, { maxLength: 2 }),
  owasp: fc.array(hostileText, { maxLength: 2 }),
  file: hostileText,
  range,
  snippet: hostileText,
  flow: fc.array(fc.record({ file: hostileText, range, message: hostileText }), { maxLength: 2 }),
  fix: fc.record({
    description: hostileText,
    edits: fc.array(fc.record({ file: hostileText, range, text: hostileText }), { maxLength: 2 }),
  }),
  references: fc.array(hostileText, { maxLength: 2 }),
  fingerprint: hostileText,
})

/** Reports of such findings, and the text of the files that they name. */
export const anyReport = fc
  .record({
    findings: fc.array(anyFinding, { maxLength: 4 }),
    source: hostileText,
    path: hostileText,
    note: hostileText,
  })
  .map(({ findings, source, path, note }) => ({
    document: sampleDocument(findings, { paths: [path], notes: [note] }),
    sources: new Map(findings.map(({ file }) => [file, source] as const)),
  }))
