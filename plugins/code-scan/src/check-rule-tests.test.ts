import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { checkRuleTests } from './check-rule-tests.ts'
import { openParser } from './open-parser.ts'
import { definitionKind, type ScanRule } from './scan-rule.ts'

const rulesDir = fileURLToPath(new URL('../scan-rules/', import.meta.url))
const files = readdirSync(rulesDir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yml'))
const parsed = files.flatMap((file) =>
  definitionKind.parse({ file, text: readFileSync(`${rulesDir}${file}`, 'utf8') }).map((result) => ({ file, result })),
)
const rules = parsed.flatMap(({ result }): ScanRule[] => (result.id === undefined ? [] : [result.value]))

test('every rule file is valid', () => {
  expect(parsed.flatMap(({ result }) => (result.id === undefined ? result.diagnostics : []))).toEqual([])
  expect(rules.length).toBeGreaterThanOrEqual(25)
})

test('a rule lies in the file of its name, and no two have the same', () => {
  for (const { file, result } of parsed) expect(file.replace(/^.*\//, '')).toBe(`${result.id}.yml`)
  expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length)
})

test.each(rules.map((rule): [string, ScanRule] => [rule.id, rule]))(
  '%s finds its hits and nothing in its misses',
  async (_, rule) => {
    expect(rule.tests.hit.length, 'hits').toBeGreaterThanOrEqual(2)
    expect(rule.tests.miss.length, 'misses').toBeGreaterThanOrEqual(2)
    if (rule.category !== 'tests') expect(rule.cwe.length, 'cwe').toBeGreaterThan(0)
    expect(rule.fix, 'fix').toBeDefined()
    expect(checkRuleTests(rule, await openParser())).toEqual([])
  },
)
