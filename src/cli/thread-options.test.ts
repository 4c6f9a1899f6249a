import { expect, test } from 'vitest'
import { parseThreadArguments } from './thread-options.ts'

const accepted: readonly [string, readonly string[], object, readonly string[]][] = [
  [
    'values after a blank, an equals sign or nothing',
    ['--model', 'a', '-sread-only', '-C=dir'],
    { model: 'a', sandbox: 'read-only', cd: 'dir' },
    [],
  ],
  ['the last value of one that counts once', ['-m', 'a', '-m', 'b'], { model: 'b' }, []],
  ['all values of one that counts often', ['-c', 'a=1', '--config=b=2'], { config: ['a=1', 'b=2'] }, []],
  ['no more words than it needs', ['-i', 'a.png', 'look'], { image: ['a.png'] }, ['look']],
  [
    'other names of an option',
    ['--yolo', '--experimental-json'],
    { json: true, 'dangerously-bypass-approvals-and-sandbox': true },
    [],
  ],
  [
    'options among and after words',
    ['resume', '--json', 'ID', '-m', 'x'],
    { json: true, model: 'x' },
    ['resume', 'ID'],
  ],
  ['a dash as a word', ['-'], {}, ['-']],
  ['a value that looks like an option', ['-m', '--json'], { model: '--json' }, []],
  ['an empty value', ['-m', '', '--color=never'], { model: '', color: 'never' }, []],
]

test.each(accepted)('takes %s', (_, argv, options, positionals) => {
  expect(parseThreadArguments(argv)).toEqual({ options, positionals, afterDashes: [] })
})

test('what follows two dashes are words', () => {
  const parsed = parseThreadArguments(['--json', 'a', '--', '-m', '--'])
  expect(parsed).toEqual({ options: { json: true }, positionals: ['a', '-m', '--'], afterDashes: ['-m', '--'] })
})

test('what follows a word that ends our options is left as it is', () => {
  const parsed = parseThreadArguments(['-m', 'x', '/review', '--depth=deep'], { until: (word) => word.startsWith('/') })
  expect(parsed).toEqual({ options: { model: 'x' }, positionals: ['/review', '--depth=deep'], afterDashes: [] })
})

test.each([
  ['an unknown option', ['--frob'], "unexpected argument '--frob' found"],
  ['an unknown letter', ['-Z'], "unexpected argument '-Z' found"],
  ['a missing value', ['--model'], "a value is required for '--model' but none was supplied"],
  ['a value of none of the kinds', ['--color', 'pink'], "invalid value 'pink' for '--color'"],
  ['a switch with a value', ['--ephemeral=1'], '--ephemeral takes no value'],
])('refuses %s', (_, argv, message) => {
  expect(() => parseThreadArguments(argv)).toThrow(
    expect.objectContaining({ code: 'usage.arguments', exitCode: 2, message }),
  )
})

test.each([
  [['--jsn'], '--json'],
  [['review', '--bas', 'main'], '--base'],
  [['resume', '--lst'], '--last'],
  [['fork', 'ID', '--a'], '--at'],
])('%j: the option that was meant is offered', (argv, meant) => {
  expect(() => parseThreadArguments(argv)).toThrow(
    expect.objectContaining({ hint: `Did you mean ${meant}? For more information, try '--help'.` }),
  )
})

test("an option of another word's is not offered", () => {
  expect(() => parseThreadArguments(['--bas'])).toThrow(
    expect.objectContaining({ hint: "For more information, try '--help'." }),
  )
})

test('in exec, -i takes every word up to the next option; elsewhere it takes one', () => {
  const argv = ['-i', 'a.png', 'b.png', '--image=c.png', 'd.png', '--', 'look']
  const inExec = parseThreadArguments(argv, { greedy: true })
  expect(inExec.options.image).toEqual(['a.png', 'b.png', 'c.png', 'd.png'])
  expect(inExec.positionals).toEqual(['look'])
  expect(parseThreadArguments(argv).positionals).toEqual(['b.png', 'd.png', 'look'])
  expect(parseThreadArguments(['-i', 'a.png', '-'], { greedy: true }).positionals).toEqual(['-'])
})
