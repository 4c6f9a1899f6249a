import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileTemplate } from './compile-template.ts'
import { evaluateExpression, renderTemplate, renderValue } from './render-template.ts'

/** The error of a template, as `line:column message`. */
function errorOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    expect(error).toMatchObject({ code: 'command.template' })
    const { message, location } = error as { message: string; location: { line: number; column: number } }
    return `${location.line}:${location.column} ${message}`
  }
  throw new Error('it rendered')
}

const reviewSecurity = [
  'Please perform a {{depth}} security review of {{path | default: "the current codebase"}}.',
  '{{#if context.git_diff}}Pay special attention to changes in:',
  '{{context.git_diff}}{{/if}}',
  '{{#if args.depth == "deep"}}Additionally analyze dependency vulnerabilities.{{/if}}',
  '',
].join('\n')

test.each([
  {
    values: { depth: 'normal', path: undefined, args: { depth: 'normal' }, context: { git_diff: '' } },
    text: 'Please perform a normal security review of the current codebase.\n\n\n',
  },
  {
    values: { depth: 'deep', path: 'src/auth.rs', args: { depth: 'deep' }, context: { git_diff: '' } },
    text: 'Please perform a deep security review of src/auth.rs.\n\nAdditionally analyze dependency vulnerabilities.\n',
  },
  {
    values: { depth: 'shallow', path: '', args: { depth: 'shallow' }, context: { git_diff: '+ a < b && "c"' } },
    text: 'Please perform a shallow security review of the current codebase.\nPay special attention to changes in:\n+ a < b && "c"\n\n',
  },
])('the review-security template renders for depth $values.depth', ({ values, text }) => {
  expect(renderTemplate(reviewSecurity, values)).toBe(text)
})

const values = {
  name: 'Ada',
  count: 3,
  zero: 0,
  yes: true,
  no: false,
  empty: '',
  missing: undefined,
  list: ['a', 'b'],
  none: [],
  place: { file: 'auth.rs', start: 45, end: 67 },
  table: { high: 1, low: 2 },
  rows: [
    { title: 'One', tags: ['x', 'y'] },
    { title: 'Two', tags: [] },
  ],
}

test.each([
  ['{{name}}', 'Ada'],
  ['{{{name}}}', 'Ada'],
  ['{{ count }}|{{yes}}|{{zero}}|{{missing}}', '3|true|0|'],
  ['{{list}} {{none}} {{place}} {{place.file}}', 'a, b  auth.rs:45-67 auth.rs'],
  ['{{table}} {{rows.1.title}} {{list.length}}', '{"high":1,"low":2} Two 2'],
  ['{{missing | default: "x"}}{{empty | default: name}}{{none | default: 1}}', 'xAda1'],
  ['{{zero | default: 1}}{{no | default: true}}', '0false'],
  ['{{name | upper}} {{name | lower}} {{"  x " | trim}}', 'ADA ada x'],
  ['{{missing | default: "b" | upper | default: "c"}}', 'B'],
  ['{{list | join: " | "}} {{none | join: ","}} {{name | join: ","}}', 'a | b  Ada'],
  ['{{"a\\nb\\nc" | lines: 2}}', 'a\nb\n[1 more lines]'],
  ['{{"a\\nb\\n" | lines: 2}}', 'a\nb\n'],
  ['{{"héllo" | truncate: 2}} {{"hé" | truncate: 2}}', 'hé… hé'],
  ['{{list | json}}', '[\n  "a",\n  "b"\n]'],
  ['{{missing | json}}', 'null'],
  [`{{missing | default: 'it is "so"'}}`, 'it is "so"'],
  [`{{missing | default: "it's so"}}`, "it's so"],
  ['{{missing | default: "a \\"b\\" | }} {{ c"}}', 'a "b" | }} {{ c'],
  ['{{#if name == "Ada"}}y{{else}}n{{/if}}', 'y'],
  ['{{#if name != "Ada"}}y{{else}}n{{/if}}', 'n'],
  ['{{#if count == "3"}}y{{else}}n{{/if}}', 'n'],
  ['{{#if count < 4 and count >= 3 and not (count > 3)}}y{{/if}}', 'y'],
  ['{{#if count <= 2 or name in list or "a" in list}}y{{/if}}', 'y'],
  ['{{#if "da" in name}}y{{/if}}{{#if "z" in missing}}n{{/if}}', 'y'],
  ['{{#if missing == ""}}y{{/if}}{{#if missing < 1}}n{{/if}}', 'y'],
  ['{{#if no or zero or empty or none or missing}}y{{else}}n{{/if}}', 'n'],
  ['{{#if not no}}y{{/if}}', 'y'],
  ['{{#if (name | lower) == "ada"}}y{{/if}}', 'y'],
  ['{{#if no}}1{{else if yes}}2{{else}}3{{/if}}', '2'],
  ['{{#if no}}1{{else if zero}}2{{else if no}}3{{else}}4{{/if}}', '4'],
  ['{{#unless no}}y{{/unless}}{{#unless yes}}n{{else}}e{{/unless}}', 'ye'],
  ['{{no or name}} {{yes and count}}', 'Ada 3'],
  ['{{#each list}}{{@index}}{{this}}{{#unless @last}},{{/unless}}{{/each}}', '0a,1b'],
  ['{{#each list as |item i|}}{{i}}{{item}}{{name}};{{/each}}', '0aAda;1bAda;'],
  ['{{#each none}}x{{else}}none{{/each}}', 'none'],
  ['{{#each missing}}x{{/each}}', ''],
  ['{{#each table}}{{@key}}={{this}} {{/each}}', 'high=1 low=2 '],
  ['{{#each rows}}{{title}}:{{#each tags}}{{this}}{{title}}{{/each}};{{/each}}', 'One:xOneyOne;Two:;'],
  ['{{#each rows}}{{#if @first}}{{title}}{{/if}}{{/each}}', 'One'],
  ['{{#each rows}}{{#if this.tags}}{{tags}}{{/if}}{{/each}}', 'x, y'],
  ['{{#with place}}{{file}}@{{start}}{{/with}}{{#with missing}}x{{else}}y{{/with}}', 'auth.rs@45y'],
  ['{{#with place as |p|}}{{p.end}}{{/with}}', '67'],
  ['a{{! not {shown} }}b{{!-- {{name}} --}}c', 'abc'],
  ['a\n{{! alone }}\nb', 'a\nb'],
  ['a\n{{#if yes}}\nb\n{{/if}}\nc', 'a\nb\nc'],
  ['a  {{~ name ~}}  b', 'aAdab'],
  ['\\{{name}} {{name}}', '{{name}} Ada'],
  ['\\\\{{name}}', '\\Ada'],
  ['a\\b{{name}}\\c } }} { {', 'a\\bAda\\c } }} { {'],
  ['{{name\n  | upper\n}}', 'ADA'],
])('%s', (template, text) => {
  expect(renderTemplate(template, values)).toBe(text)
})

test.each([
  ['x\n  {{nmae}}', '2:5 "nmae" is not a name that this template has'],
  ['{{#if no}}{{nmae}}{{/if}}', '1:13 "nmae" is not a name that this template has'],
  ['{{name', '1:1 This {{ is not closed'],
  ['{{! name', '1:1 This comment is not closed'],
  ['{{!-- name }}', '1:1 This comment is not closed'],
  ['{{"name}}', '1:3 This string is not closed on its line'],
  ['{{"name\n"}}', '1:3 This string is not closed on its line'],
  ['{{"\\q"}}', '1:4 This escape is not known'],
  ['a\n{{#if yes}}b', '2:1 {{#if}} is not closed'],
  ['{{/if}}', '1:1 {{/if}} closes no block'],
  ['{{#if yes}}{{/each}}', '1:12 {{/each}} stands where {{/if}} is expected'],
  ['{{else}}', '1:1 {{else}} stands in no block'],
  ['{{#if yes}}{{else}}{{else}}{{/if}}', '1:20 {{#if}} has its {{else}} already'],
  ['{{#each list}}{{else if yes}}{{/each}}', '1:15 Nothing may follow "else"'],
  ['{{#if}}x{{/if}}', '1:6 A value is expected here, not the end of the tag'],
  ['{{}}', '1:3 A value is expected here, not the end of the tag'],
  ['{{name |}}', '1:9 the end of the tag is no filter'],
  ['{{name | shout}}', '1:10 "shout" is no filter'],
  ['{{name | upper: 1}}', '1:10 The filter upper takes no argument'],
  ['{{name | lines: "x"}}', '1:10 The filter lines takes a whole number that is not negative'],
  ['{{name | default}}', '1:10 The filter default takes one argument: default: value'],
  ['{{name name}}', '1:8 "name" is not expected here'],
  ['{{(name}}', '1:3 This ( is not closed'],
  ['{{name = "x"}}', '1:8 "=" is not an operator'],
  ['{{yes && no}}', '1:7 "&&" is not an operator'],
  ['{{#if !yes}}{{/if}}', '1:7 "!" is not an operator'],
  ['{{#if name < count}}{{/if}}', '1:12 a string and a number cannot be compared with "<"'],
  ['{{name ; 1}}', '1:8 ";" is not part of an expression'],
  ['{{../name}}', '1:3 A value is expected here, not "../"'],
  ['{{@index}}', '1:3 "@index" is not known here'],
  ['{{#each list as |a b c|}}{{/each}}', '1:14 Names of a block are written as |item| or as |item index|'],
  ['{{#if list as |a|}}{{/if}}', '1:12 "as" is not expected here'],
  ['{{> partial}}', '1:3 Partials are not part of the template grammar'],
  ['{{* decorator}}', '1:3 Decorators are not part of the template grammar'],
  ['{{#> layout}}{{/layout}}', '1:3 "#>" is no block'],
  ['{{#*inline "x"}}{{/inline}}', '1:3 "#*inline" is no block'],
  ['{{{{raw}}}}x{{{{/raw}}}}', '1:1 Raw blocks {{{{ }}}} are not part of the template grammar'],
  ['{{&name}}', '1:3 Tags with & are not part of the template grammar'],
  ['{{^name}}{{/name}}', '1:3 Inverted blocks are not part of the template grammar'],
  ['{{name}}\0', '1:9 A template cannot hold the character NUL'],
])('%j is an error at its place', (template, error) => {
  expect(errorOf(() => renderTemplate(template, values))).toBe(error)
})

test('errors cite the line of the file that the template begins in', () => {
  expect(errorOf(() => compileTemplate('a\n {{oops', 'review.md', 9))).toBe('10:2 This {{ is not closed')
})

test('a name that is mistyped is told the nearest one and all that there are', () => {
  expect(() => renderTemplate('{{nam}}', { name: 1, other: 2 })).toThrowError(
    expect.objectContaining({ hint: 'Did you mean name? The names are name, other.' }),
  )
})

test('nesting has a bound that is an error of the template, not of the stack', () => {
  expect(errorOf(() => renderTemplate(`{{${'('.repeat(5000)}name`, values))).toContain('not closed')
  expect(errorOf(() => renderTemplate(`{{${'('.repeat(5000)}name}}`, values))).toBe(
    '1:3 This expression has more than 500 words and signs',
  )
  expect(errorOf(() => renderTemplate(`{{#if yes}}`.repeat(60), values))).toContain('nested more than 50 deep')
  expect(errorOf(() => renderTemplate('{{name}}'.repeat(10_001), values))).toBe(
    '1:80001 The template has more than 10000 tags',
  )
  expect(renderTemplate('{{name}}'.repeat(10_000), values)).toHaveLength(30_000)
  const deep = `${'('.repeat(240)}name${')'.repeat(240)}`
  expect(evaluateExpression(deep, values)).toBe('Ada')
})

test('an expression keeps the type of its value', () => {
  const steps = { scan: { findings: [{ rule: 'a' }] } }
  expect(evaluateExpression('steps.scan.findings', { steps })).toBe(steps.scan.findings)
  expect(evaluateExpression('steps.scan.findings.length > 0', { steps })).toBe(true)
  expect(evaluateExpression('steps.skipped.findings', { steps })).toBeUndefined()
  expect(evaluateExpression('2', {})).toBe(2)
  expect(errorOf(() => evaluateExpression('steps.scan extra', { steps }))).toBe('1:12 "extra" is not expected here')
  expect(errorOf(() => evaluateExpression('stepz', { steps }))).toContain('"stepz"')
})

test('a text that is one expression gives its value, and any other a text', () => {
  const paths = ['a', 'b']
  expect(renderValue('{{paths}}', { paths })).toBe(paths)
  expect(renderValue('{{{ paths.length }}}', { paths })).toBe(2)
  expect(renderValue('{{paths | join: "+"}}', { paths })).toBe('a+b')
  expect(renderValue(' {{paths}}', { paths })).toBe(' a, b')
  expect(renderValue('{{#if paths}}yes{{/if}}', { paths })).toBe('yes')
  expect(renderValue('{{! nothing }}', { paths })).toBe('')
  expect(renderValue('plain', { paths })).toBe('plain')
  expect(errorOf(() => renderValue('{{> x}}', { paths }))).toContain('Partials')
})

test('an evaluation stops at what decides it', () => {
  const reached: string[] = []
  const tracked = {
    get left() {
      reached.push('left')
      return false
    },
    get right() {
      reached.push('right')
      return true
    },
  }
  expect(evaluateExpression('left and right', tracked)).toBe(false)
  expect(reached).toEqual(['left'])
  expect(evaluateExpression('right or left', tracked)).toBe(true)
  expect(reached).toEqual(['left', 'right'])
})

test('text without braces renders to itself', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).filter((text) => !text.includes('{{')),
      (text) => {
        expect(renderTemplate(text, {})).toBe(text)
        if (!text.includes('\0') && !text.endsWith('\\') && !text.endsWith('{')) {
          expect(renderTemplate(`${text}{{x}}`, { x: '.' })).toBe(`${text}.`)
        }
      },
    ),
  )
})

test('escaped braces and backslashes come out as they were meant', () => {
  const piece = fc.constantFrom('a', ' ', '\n', '\\', '{{', '}}', '{', 'é', 'b')
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('')
      // What cannot be written: braces right after a backslash or another brace.
      fc.pre(!/\\\{\{|\{\{\{/.test(text) && !/[\\{]$/.test(text))
      expect(renderTemplate(`${text.replaceAll('{{', '\\{{')}{{x}}`, { x: '.' })).toBe(`${text}.`)
    }),
  )
})

test('values come out as they are: nothing is escaped and nothing is rendered again', () => {
  const nasty = fc.array(
    fc.constantFrom(
      '{{',
      '}}',
      '{{secret}}',
      '{{#if x}}',
      '<b>',
      '&amp;',
      '"',
      "'",
      '`',
      '\\',
      '\\{{',
      '|',
      '\n',
      '$&',
      'é',
    ),
  )
  fc.assert(
    fc.property(
      fc.oneof(
        nasty.map((pieces) => pieces.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (value) => {
        const given = { value, secret: 'leak', x: true, list: [value] }
        expect(renderTemplate('a {{value}} b', given)).toBe(`a ${value} b`)
        expect(renderTemplate('{{#each list}}[{{this}}]{{/each}}', given)).toBe(`[${value}]`)
        expect(renderValue('{{value}}', given)).toBe(value)
      },
    ),
  )
})

test('a text in quotes of either kind survives as a literal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('"', "'"), (text, quote) => {
      const escaped = text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n')
      const literal = `${quote}${escaped}${quote}`
      expect(renderTemplate(`<{{missing | default: ${literal}}}>`, { missing: '' })).toBe(`<${text}>`)
      expect(evaluateExpression(`${literal} == value`, { value: text })).toBe(true)
    }),
  )
})
