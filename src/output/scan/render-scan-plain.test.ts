import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyReport, sampleDocument, sampleFinding } from '../../../test/support/sample-findings.ts'
import { terminalControls } from '../../../test/support/terminal-controls.ts'
import { renderScanPlain } from './render-scan-plain.ts'

test('findings are told in full lines, without frames', () => {
  const finding = sampleFinding({ range: { start: { line: 2, column: 2 }, end: { line: 2, column: 9 } } })
  const sources = new Map([['src/a.js', 'const x = 1\n\teval(x)\n']])
  expect(renderScanPlain(sampleDocument([finding]), sources)).toMatchInlineSnapshot(`
    "Finding 1 of 1: high severity, medium confidence.
    Place: src/a.js, line 2, column 2
    Problem: Variable text is run as code
    Rule: js-eval, CWE-94
    Code, line 2: eval(x)
    Flow begins: src/a.js, line 1, data of the request: \`req.query\`
    Flow goes on: src/b.js, line 2, reaches \`eval(x)\`
    Why: It runs with all rights.
    Fix: Use JSON.parse. --fix does it.

    1 finding in 1 file: 1 high.
    Scanned 3 files with 56 rules: 2 JavaScript, 1 Python.
    2 findings are left out by --severity.
    Files left out, or read with gaps: 1 minified.
    1 suppressing comment counts for nothing: without a reason, or without a rule that there is.
    Rule bad-rule did not run: no such kind
    No language model was used.
    Not scanned, or not as a whole:
      src/c.js:4: syntax error
    "
  `)
})

test('whatever code and rules say, the report holds no control character', () => {
  fc.assert(
    fc.property(anyReport, ({ document, sources }) => {
      expect(terminalControls(renderScanPlain(document, sources))).toEqual([])
    }),
  )
})
