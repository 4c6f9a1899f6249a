import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyReport, sampleDocument, sampleFinding } from '../../../test/support/sample-findings.ts'
import { renderScanHuman } from './render-scan-human.ts'

const sources = new Map([['src/a.js', 'const x = 1\n\teval(x) // 語\n']])
const plain = { colour: false }

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const hiddenCharacters = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

test('a finding is its place, the code with a caret below it, flow, reason and fix', () => {
  const finding = sampleFinding({ range: { start: { line: 2, column: 2 }, end: { line: 2, column: 9 } } })
  const text = renderScanHuman(sampleDocument([finding]), sources, plain)
  expect(text).toContain(`HIGH (1)

high  src/a.js:2:2  js-eval  CWE-94  medium confidence
  Variable text is run as code

    1 | const x = 1
  > 2 |     eval(x) // 語
      |     ^^^^^^^

  flow  line 1: data of the request: \`req.query\`
        → src/b.js, line 2: reaches \`eval(x)\`
  why   It runs with all rights.
  fix   Use JSON.parse. (--fix does it)`)
})

test('a caret stands below wide characters', () => {
  const finding = sampleFinding({ range: { start: { line: 1, column: 6 }, end: { line: 1, column: 8 } } })
  const text = renderScanHuman(sampleDocument([finding]), new Map([['src/a.js', "f('語')語語"]]), plain)
  expect(text).toContain(`  > 1 | f('語')語語\n      |       ^^^`)
})

test('the summary says what was looked at, what was left out, and why', () => {
  const text = renderScanHuman(sampleDocument([]), sources, plain)
  expect(text).toBe(`No findings.
Scanned 3 files with 56 rules: 2 JavaScript, 1 Python.
2 findings are left out by --severity.
Files left out, or read with gaps: 1 minified.
1 suppressing comment counts for nothing: without a reason, or without a rule that there is.
Rule bad-rule did not run: no such kind
No language model was used.
Not scanned, or not as a whole:
  src/c.js:4: syntax error
`)
})

test('of thousands the worst are shown, and the rest is summed up by rule', () => {
  const findings = Array.from({ length: 4000 }, (_, index) =>
    sampleFinding({ severity: index < 2 ? 'critical' : 'low', rule: index % 3 === 0 ? 'js-a' : 'js-b' }),
  )
  const text = renderScanHuman(sampleDocument(findings), sources, plain)
  expect(text.match(/src\/a\.js:2:3/g)).toHaveLength(100)
  expect(text).toContain('And 3,900 findings more, none worse than low, by rule')
  expect(text.split('\n').length).toBeLessThan(1600)
})

test('with --group file the files are the sections', () => {
  const findings = [sampleFinding({ file: 'b.js' }), sampleFinding({ file: 'a.js', severity: 'low' })]
  const text = renderScanHuman(sampleDocument(findings), sources, { colour: false, group: 'file' })
  expect(text.match(/^[ab]\.js \(1\)$/gm)).toEqual(['a.js (1)', 'b.js (1)'])
})

test('whatever findings and code say, nothing of it drives the terminal', () => {
  fc.assert(
    fc.property(anyReport, ({ document, sources: texts }) => {
      expect(renderScanHuman(document, texts, plain)).not.toMatch(hiddenCharacters)
    }),
  )
})
