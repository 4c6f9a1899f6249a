import { expect, test } from 'vitest'
import { type CommandDefinition, formatDiagnostic, type ParsedDefinition } from '../plugin-api/index.ts'
import { commandKind } from './parse-command.ts'

function parsedValue(parsed: ParsedDefinition<CommandDefinition> | undefined): CommandDefinition | undefined {
  return parsed?.id === undefined ? undefined : parsed.value
}

function parse(text: string, file = '/commands/sample.md') {
  const [parsed] = commandKind.parse({ file, text })
  const diagnostics = parsed?.diagnostics ?? []
  return { id: parsed?.id, value: parsedValue(parsed), diagnostics, lines: diagnostics.map(formatDiagnostic) }
}

const reviewSecurity = `---
name: review-security
description: Security-focused code review
category: analysis
permissions: [read_files, execute_tools]
args:
  - { name: path, type: string, required: false, description: Path to review }
  - { name: depth, type: enum, values: [shallow, normal, deep], default: normal }
---
Please perform a {{depth}} security review of {{path | default: "the current codebase"}}.
{{#if context.git_diff}}Pay special attention to changes in:
{{context.git_diff}}{{/if}}
{{#if args.depth == "deep"}}Additionally analyze dependency vulnerabilities.{{/if}}
`

test('a command file gives its metadata, and its template as it stands', () => {
  const { id, value, lines } = parse(reviewSecurity)
  expect(lines).toEqual([])
  expect(id).toBe('review-security')
  expect(value).toEqual({
    name: 'review-security',
    description: 'Security-focused code review',
    category: 'analysis',
    permissions: ['read_files', 'execute_tools'],
    args: [
      { name: 'path', type: 'string', required: false, description: 'Path to review' },
      { name: 'depth', type: 'enum', required: false, values: ['shallow', 'normal', 'deep'], default: 'normal' },
    ],
    template: reviewSecurity.split('---\n')[2],
    templateLine: 10,
  })
})

test('a file without front matter is a command named after it, the whole text its template', () => {
  const text = 'Say hello.\n---\nIn two parts.\n'
  expect(parse(text, '/commands/say-hello.md').value).toEqual({
    name: 'say-hello',
    description: '',
    args: [],
    template: text,
    templateLine: 1,
  })
})

test('a name that cannot be called is an error, but a README beside the commands only a warning', () => {
  expect(parse('---\ndescription: d\n---\ntext', '/commands/My Thing.md').lines).toEqual([
    '/commands/My Thing.md: "My Thing" cannot be the name of a command, so the file is left out (expected: lower-case letters, digits, - and _, starting with a letter). Call the file my-thing.md, or give it a `name`.',
  ])
  const readme = parse('# Commands\n', '/commands/README.md')
  expect(readme.id).toBeUndefined()
  expect(readme.diagnostics).toMatchObject([{ severity: 'warning', code: 'command.name' }])
})

test('front matter that is a program is refused and not run', () => {
  const marker = 'codexKernelFrontMatterRan'
  for (const language of ['js', 'javascript', 'JS', ' js', 'coffee', 'json']) {
    const { id, diagnostics } = parse(`---${language}\n{ name: (globalThis.${marker} = 'x') }\n---\ntext`)
    expect(id).toBeUndefined()
    expect(diagnostics).toMatchObject([{ code: 'command.front_matter', line: 1, column: 4 }])
  }
  expect(marker in globalThis).toBe(false)
  expect(parse('---yaml\nname: fine\n---\ntext').id).toBe('fine')
})

test('the same broken text is refused each time', () => {
  const text = '---\nname: "open\n---\ntext'
  expect(parse(text).diagnostics).toHaveLength(1)
  expect(parse(text)).toEqual(parse(text))
})

test.each([
  ['---\nname: x\ntext', '/commands/sample.md:1:1: The front matter has no end. Close it'],
  ['---\nname: x\n---- \ntext', '/commands/sample.md:3:1: "----" does not close the front matter'],
  ['---\nname: x\nname: y\n---\nt', '/commands/sample.md:3:1: The front matter is not YAML: duplicated mapping key'],
  ['---\na: &x [1]\nb: *x\n---\nt', '/commands/sample.md:3:5: Front matter with aliases (*name) is not read'],
  ['---\nname: x\nargz: []\n---\nt', '/commands/sample.md:3:1: Unknown field "argz" (field: argz)'],
  ['---\njust words\n---\nt', '/commands/sample.md:2:1: Invalid input: expected object'],
  [
    '---\nargs:\n  - type: string\n---\nt',
    '/commands/sample.md:3:5: The field "args.0.name" is missing (field: args.0.name',
  ],
  ['---\nargs:\n  - { name: d, type: enum }\n---\nt', '/commands/sample.md:3:5: "values" goes with type enum'],
  ['---\nargs:\n  - { name: a, description: one, two }\n---\nt', 'A text that holds a comma goes in quotes.'],
  ['---\nname: x\n---\n  \n', '/commands/sample.md:4: The command has no text to send'],
])('what is wrong is said with its place: %j', (text, expected) => {
  const { id, lines } = parse(text)
  expect(id).toBeUndefined()
  expect(lines.join('\n')).toContain(expected)
})

test.each([
  ['{ name: n, type: number, default: many }', 'expected: a number'],
  ['{ name: n, type: boolean, default: "yes" }', 'expected: true or false'],
  ['{ name: n, type: enum, values: [a, b], default: c }', 'expected: a | b'],
  ['{ name: n, type: list, default: a }', 'expected: a list of strings'],
  ['{ name: n, default: 2024 }', 'expected: a string (in quotes, if it looks like something else)'],
  ['{ name: n, type: number, default: .inf }', 'expected: a number'],
])('a default has to fit its type: %s', (argument, expected) => {
  const { id, lines } = parse(`---\nargs:\n  - ${argument}\n---\nt {{n}}`)
  expect(id).toBeUndefined()
  expect(lines.join()).toContain(expected)
})

test('two arguments of one name are an error; a name that templates use otherwise is a warning', () => {
  expect(parse('---\nargs:\n  - { name: a }\n  - { name: a }\n---\nt').lines.join()).toContain(
    ':4:7: Two arguments are called "a"',
  )
  const shadowed = parse('---\nargs:\n  - { name: context }\n---\nt')
  expect(shadowed.id).toBe('sample')
  expect(shadowed.diagnostics).toMatchObject([{ severity: 'warning', line: 3, column: 7 }])
})

test('YAML is read as its core says: no dates, no octal, no merge', () => {
  const { value } = parse('---\nmodel: 2024-01-01\nargs:\n  - { name: n, type: number, default: 012 }\n---\nt')
  expect(value?.model).toBe('2024-01-01')
  expect(value?.args[0]?.default).toBe(12)
})
