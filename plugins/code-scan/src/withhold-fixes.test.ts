import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Finding } from 'codex-kernel/plugin-api'
import { expect, test } from 'vitest'
import { exampleLanguage, rulesByLanguage } from './language-of.ts'
import { openParser } from './open-parser.ts'
import { definitionKind, type RuleLanguage, type ScanRule } from './scan-rule.ts'
import { scanText } from './scan-text.ts'

const rulesDir = fileURLToPath(new URL('../scan-rules/', import.meta.url))
const rules = readdirSync(rulesDir, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yml'))
  .flatMap((file) => definitionKind.parse({ file, text: readFileSync(`${rulesDir}${file}`, 'utf8') }))
  .flatMap((result): ScanRule[] => (result.id === undefined ? [] : [result.value]))
const mechanical = rules.filter(({ fix }) => fix?.template !== undefined)

async function scan(rule: ScanRule, name: RuleLanguage, text: string) {
  const source = { text, language: exampleLanguage(name), isTest: rule.tests_in === 'only' }
  return scanText(source, rulesByLanguage([rule]), await openParser())
}

/** Puts in all edits, the last first. */
function fixed(text: string, findings: readonly Finding[]): string {
  const offset = ({ line, column }: Finding['range']['start']): number =>
    text
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length +
    (line > 1 ? 1 : 0) +
    column -
    1
  return findings
    .flatMap(({ fix }) => fix?.edits ?? [])
    .map(({ range, text: put }) => ({ from: offset(range.start), to: offset(range.end), put }))
    .toSorted((a, b) => b.from - a.from)
    .reduce((all, { from, to, put }) => all.slice(0, from) + put + all.slice(to), text)
}

async function fixOf(id: string, language: RuleLanguage, text: string) {
  const rule = rules.find((each) => each.id === id)
  if (!rule) throw new Error(`no rule ${id}`)
  const { findings } = await scan(rule, language, text)
  return { text: fixed(text, findings), withheld: findings.map(({ fix }) => fix?.withheld), count: findings.length }
}

test.each(mechanical.map((rule): [string, ScanRule] => [rule.id, rule]))(
  'the examples of %s parse after its fix, and what was fixed is gone',
  async (_, rule) => {
    for (const example of rule.tests.hit) {
      const code = typeof example === 'string' ? example : example.code
      for (const language of typeof example === 'string' ? [rule.language].flat() : [example.language]) {
        const before = await scan(rule, language, code)
        const after = await scan(rule, language, fixed(code, before.findings))
        expect(after.syntaxErrorLine).toBeUndefined()
        expect(after.findings).toHaveLength(before.findings.filter(({ fix }) => fix?.edits.length === 0).length)
      }
    }
  },
)

test('an object that a function is to give is in parentheses', async () => {
  expect((await fixOf('js-shared-fill', 'javascript', 'x = Array(3).fill({ a: 1, b: [] })')).text).toBe(
    'x = Array.from({ length: 3 }, () => ({ a: 1, b: [] }))',
  )
  expect((await fixOf('js-shared-fill', 'typescript', 'x = Array(3).fill({})')).text).toBe(
    'x = Array.from({ length: 3 }, () => ({}))',
  )
})

test('await is written only where the language takes it', async () => {
  const text = 'async def send():\n    pass\n\ndef main():\n    send()\n\nasync def all():\n    send()\n'
  const { text: after, withheld } = await fixOf('py-coroutine-not-awaited', 'python', text)
  expect(after).toBe(text.replace(/ {4}send\(\)\n$/, '    await send()\n'))
  expect(withheld).toEqual(['await would stand outside of an async function', undefined])
  const script = 'function f() {\n  try {\n    return fetch(url)\n  } catch {}\n}\n'
  expect(await fixOf('js-return-without-await-in-try', 'javascript', script)).toEqual({
    ...{ text: script, count: 1 },
    withheld: ['await would stand outside of an async function'],
  })
  const moved = 'async function f() {\n  return new Array(3).fill([await g()])\n}\n'
  expect((await fixOf('js-shared-fill', 'javascript', moved)).text).toBe(moved)
})

test('a condition of several lines keeps brackets around it', async () => {
  const text = 'assert (\n    a and\n    b,\n    "c"\n)\n'
  expect((await fixOf('py-assert-on-tuple', 'python', text)).text).toBe('assert (a and\n    b), "c"\n')
})

test.each([
  ['js-json-clone', 'javascript', 'const copy = JSON.parse(JSON.stringify(state))'],
  ['java-timing-comparison', 'java', 'class A { boolean f(String hmac, String b) { return hmac.equals(b); } }'],
  ['js-assignment-in-condition', 'javascript', 'if (node = next) use(node)'],
  ['js-indexof-as-condition', 'javascript', "if (!url.indexOf('http')) go(url)"],
  ['js-number-sort', 'javascript', 'prices.sort()'],
  ['py-except-or', 'python', 'try:\n    f()\nexcept A or B or C:\n    pass\n'],
  ['js-test-empty', 'javascript', "it('does', () => {})"],
] as const)('%s leaves to a person what a change could break', async (id, language, text) => {
  expect(await fixOf(id, language, text)).toMatchObject({ text, count: 1 })
})

test('a template that makes no code is not offered, and the others of the file are', async () => {
  const [parsed] = definitionKind.parse({
    file: 'x.yml',
    text: 'id: no-old\nlanguage: javascript\nseverity: low\nmessage: Old\nwhy: It is old.\nfix: { advice: Use new., template: "renew($A" }\nrule: { pattern: old($A) }\n',
  })
  if (parsed?.id === undefined) throw new Error('the rule is not valid')
  const other: ScanRule = {
    ...parsed.value,
    id: 'no-older',
    rule: { pattern: 'older($A)' },
    fix: { advice: 'a', template: 'renew($A)' },
  }
  const text = '\n\nold(1)\nolder(2)\n'
  const source = { text, language: exampleLanguage('javascript'), isTest: false }
  const { findings } = scanText(source, rulesByLanguage([parsed.value, other]), await openParser())
  expect(fixed(text, findings)).toBe('\n\nold(1)\nrenew(2)\n')
  expect(findings[0]?.fix).toMatchObject({ edits: [], withheld: 'the changed text does not parse' })
})
