import { expect, test } from 'vitest'
import { colours } from './colours.ts'
import { commandText, shownCommand } from './command-text.ts'

const folded = { paint: colours(false), isFolded: true, rest: 'codex threads show 0199' }
const command = (aggregated_output: string, exit_code: number | null, script = "/bin/bash -lc 'npm test'") => ({
  ...{ id: 'item_0', type: 'command_execution' as const, command: script, aggregated_output, exit_code },
  status: exit_code === 0 ? ('completed' as const) : ('failed' as const),
})

test('a command that went well is one line', () => {
  expect(commandText(command('a\nb\n', 0), 312, folded)).toBe('$ npm test  exit 0, 0.3 s, 2 lines')
  expect(commandText(command('', 0), undefined, folded)).toBe('$ npm test  exit 0')
})

test('of one that failed the end of its output stands below, and where the rest is', () => {
  const output = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n')
  const lines = commandText(command(output, 2), 65_400, folded).split('\n')
  expect(lines.slice(0, 3)).toEqual([
    '$ npm test  exit 2, 1 min 5 s, 12 lines',
    '  … 2 lines before: codex threads show 0199',
    '  line 3',
  ])
  expect(lines).toHaveLength(12)
  expect(commandText(command('', null), undefined, folded)).toBe('$ npm test  was ended')
})

test('of a script of several lines the first is shown; unfolded, all of it', () => {
  const script = command('x', 0, "/bin/bash -lc 'cat <<E\nE\necho done'")
  expect(commandText(script, undefined, folded)).toBe('$ cat <<E … 2 more lines  exit 0, 1 line')
  expect(commandText(script, undefined, { paint: colours(false), isFolded: false })).toBe(
    '$ cat <<E\nE\necho done\nx\nexit 0',
  )
})

test('colours of a command are left out, and other sequences are seen', () => {
  const output = '\u001b[1;31mred\u001b[0m \u001b[2J\u001b]0;title\u0007'
  expect(commandText(command(output, 1), undefined, folded)).toContain('  red \\x1b[2J\\x1b]0;title\\x07')
})

test.each([
  ["/bin/bash -lc 'echo a'", 'echo a'],
  ['/bin/bash -lc true', 'true'],
  [`/usr/bin/zsh -c "echo it's"`, "echo it's"],
  [`/bin/sh -lc 'echo "a'"'b"`, `echo "a'b`],
  ['/bin/bash -lc a b', '/bin/bash -lc a b'],
  ['git status', 'git status'],
])('the command line %s is shown as %s', (line, shown) => {
  expect(shownCommand(line)).toBe(shown)
})
