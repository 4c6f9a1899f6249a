import { expect, test } from 'vitest'
import { routeArguments } from './route-arguments.ts'

const routes: readonly [string, readonly string[], string, (readonly string[])?][] = [
  ['nothing', [], 'oclif'],
  ['one text with a space', ['fix the tests'], 'prompt'],
  ['a text after options that take a value', ['-m', 'gpt', '--profile', 'x', 'fix it'], 'prompt'],
  ['a text before options', ['fix it', '--json', '-m', 'gpt'], 'prompt'],
  ['a command with arguments', ['/review', 'src', '--depth=deep'], 'prompt'],
  ['an agent', ['@rust-expert', 'look', 'here'], 'prompt'],
  ['what follows two dashes', ['--', 'exec'], 'prompt'],
  ['a text with a space among other words', ['fix it', 'now'], 'oclif'],
  ['several words', ['fix', 'it'], 'oclif'],
  ['one word', ['doctor'], 'oclif'],
  ['exec', ['exec', 'hi'], 'exec', ['hi']],
  ['exec by its short name', ['e', 'hi'], 'exec', ['hi']],
  ['options before exec', ['-m', 'gpt', 'exec', '--json', 'hi'], 'exec', ['-m', 'gpt', '--json', 'hi']],
  ['a value of an option that is called exec', ['-p', 'exec', 'a text'], 'prompt'],
  ['help of exec', ['exec', '--help'], 'oclif', ['exec', '--help']],
  ['help of exec by its short name', ['e', '-h'], 'oclif', ['exec', '-h']],
  ['exec on a text that looks like help', ['exec', '--', '--help'], 'exec', ['--', '--help']],
  ['the version of exec', ['exec', '--version'], 'version'],
  ['exec on a text that looks like a version', ['exec', '--', '-V'], 'exec', ['--', '-V']],
  [
    'options before a command that runs what follows two dashes',
    ['-C', 'dir', 'sandbox', '--', 'git', 'log'],
    'oclif',
    ['sandbox', '-C', 'dir', '--', 'git', 'log'],
  ],
  ['agent', ['agent', 'tester', 'a task', 'src'], 'agent', ['tester', 'a task', 'src']],
  ['help of agent', ['agent', '-h'], 'oclif', ['agent', '-h']],
]

test.each(routes)('%s', (_, argv, to, rest) => {
  const route = routeArguments(argv)
  expect(route.to).toBe(to)
  if (rest) expect(route.argv).toEqual(rest)
})
