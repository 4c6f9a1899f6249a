import { expect, test } from 'vitest'
import { sampleFinding } from '../../../test/support/sample-findings.ts'
import type { Finding } from '../../plugin-api/finding.ts'
import { createSharedFindings } from './shared-findings.ts'

const at = (line: number, more: Partial<Finding> = {}): Finding => ({
  ...sampleFinding(),
  ...{ rule: 'r', message: 'Bad.', cwe: [], file: 'a.js', severity: 'low' },
  range: { start: { line, column: 1 }, end: { line, column: 5 } },
  ...more,
})

test('the same rule at the same place is one finding with both authors, as grave as the graver one', () => {
  const shared = createSharedFindings()
  expect(shared.publish('one', at(2))).toMatchObject({ key: 'f1', isNew: true, authors: ['one'] })
  expect(shared.publish('two', at(2, { severity: 'high', message: 'Other words.' }))).toMatchObject({
    ...{ key: 'f1', isNew: false, authors: ['one', 'two'] },
    finding: { severity: 'high', message: 'Bad.' },
  })
  expect(shared.publish('two', at(2))?.authors).toEqual(['one', 'two'])
})

test('the same claim about lines that both have is one finding, whatever the rule is called', () => {
  const shared = createSharedFindings()
  const lines = { start: { line: 2, column: 1 }, end: { line: 4, column: 1 } }
  shared.publish('one', at(3, { rule: 'sql', cwe: ['CWE-89'] }))
  expect(shared.publish('two', at(2, { rule: 'injection', cwe: ['CWE-89', 'CWE-20'], range: lines }))).toMatchObject({
    ...{ isNew: false, finding: { rule: 'sql', cwe: ['CWE-89', 'CWE-20'] } },
  })
  expect(shared.publish('three', at(3, { rule: 'x', message: 'bad' }))).toMatchObject({ isNew: false })
})

test.each([
  ['another file', at(3, { file: 'b.js' })],
  ['other lines', at(9)],
  ['another claim', at(3, { rule: 'x', message: 'Something else.' })],
  ['an earlier commit', at(3, { commit: 'c' })],
])('%s is another finding', (_, other) => {
  const shared = createSharedFindings()
  shared.publish('one', at(3))
  expect(shared.publish('two', other)).toMatchObject({ isNew: true, key: 'f2', authors: ['two'] })
})
