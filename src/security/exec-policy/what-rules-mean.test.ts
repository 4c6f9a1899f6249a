import { expect, test } from 'vitest'
import type { Definition, PolicyDefinition, PolicyRule } from '../../plugin-api/index.ts'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'

function rule(words: string, decision: PolicyRule['decision']): PolicyRule {
  return { pattern: words.split(' '), decision, match: [], not_match: [] }
}

function policy(rules: readonly PolicyRule[]): Definition<PolicyDefinition> {
  const value = { id: 'p', description: '', rules: [...rules], ruleLines: rules.map((_, index) => index + 1) }
  return { kind: 'policy', id: 'p', value, origin: { layer: 'user', file: '/p.rules', trusted: true }, shadows: [] }
}

const allowed =
  'ls cat grep find sed sort echo head wc git printf tar make xargs env tee awk diff uniq file tree date rg fd man curl cp npm'
const broad = createExecPolicy([
  policy([...allowed.split(' ').map((name) => rule(name, 'allow')), rule('hit', 'forbidden')]),
])

/** What an allow rule for the program does not mean. */
test.each([
  ...[
    'file -C -m m',
    'file --comp',
    'date -s x',
    'date --se x',
    'find . -delete',
    'tree -o "$x"',
    'sort -o$x f',
    'sort $x',
    'sort "$x" f',
    'sort *',
  ],
  ...[
    'git -p log',
    'git --exec-path=x log',
    'git -C x log',
    'git diff --ext-diff',
    'git log --textconv',
    'git config core.hooksPath x',
    'git config $x y',
    'git config -e',
    'git config edit',
  ],
  ...[
    'git z',
    'git difftool',
    'git -c core.hooksPath=x commit',
    'git --git-dir=x status',
    'git send-email x',
    'git clone --template=x y',
    'git help -w x; git gui',
  ],
  ...[
    "make --eval='x:=$(shell y)'",
    'make SHELL=x',
    'awk 1',
    'sed -f x f',
    "sed 'w x' f",
    'curl -K x',
    'tar --checkpoint-action=ttyout=x -cf x y',
    'git config --file x a.b c',
  ],
  ...["sed 's/a;b/c/;w x' f", 'man -C x y', 'npm run x -- y; npx y', "git -c 'include.path=x' log"],
])('an allow rule for the program does not mean: %s', async (script) => {
  expect((await checkScript(script, broad)).answer).toBe('unverified')
})

test.each(
  [
    ...[
      'sort -k2 -t: f',
      'sort --parallel=2 -u f',
      'uniq -c f',
      'file -b f',
      'tree -L 2',
      'date +%s',
      'date -d yesterday',
      'git log --oneline -n 5',
      'git diff HEAD -- $x',
      'git config user.name x',
    ],
    ...[
      'git config --get core.pager',
      'git config --list',
      'git -c color.ui=never log; true',
      'git stash list',
      'git rebase main',
      'git submodule update --init',
      'git fetch origin',
      'git clone https://x.example/y',
    ],
    ...[
      "sed -n '1,5p' f",
      "sed 's/a/b/g; s/c/d/' f",
      'sed -e p -e 5q f',
      'tar -tf x.tar',
      'tar xzf x.tgz',
      'rg -n x src',
      'find . -name x -exec grep -l y {} +',
      'env LANG=C ls',
      'fd -x ls',
      'make test',
      'curl -s https://x.example',
      'ls | xargs cat',
    ],
    ...[
      'command -v hit',
      'command -V hit',
      'env --help',
      'diff <(ls a) <(ls b)',
      'grep -r hit .',
      'echo hit',
      'git log --grep=hit',
      'cat hit',
    ],
  ].filter((script) => !/^git -c|^command/.test(script)),
)('an allow rule for the program means: %s', async (script) => {
  expect((await checkScript(script, broad)).answer).toBe('match')
})

test('asking where a program lies is not running it', async () => {
  expect((await checkScript('command -v hit; command -V hit', broad)).answer).not.toBe('forbidden')
})

test.each([
  { script: 'sort -o out in', writes: ['out'] },
  { script: 'sort --outp=out in', writes: ['out'] },
  { script: 'sort -uoout in', writes: ['out'] },
  { script: 'uniq - out', writes: ['out'] },
  { script: 'sed -i s/a/b/ f g', writes: ['f', 'g'] },
  { script: 'sed -i.bak -e s/a/b/ f', writes: ['f'] },
  { script: 'cp a b c/', writes: ['c/'] },
  { script: 'cp -t c a b', writes: ['c'] },
  { script: 'curl -so out https://x.example', writes: ['out'] },
  { script: 'tar -cf x.tar y', writes: ['x.tar'] },
  { script: 'git diff --output=out', writes: ['out'] },
  { script: 'find . -fprint out', writes: ['out'] },
  { script: 'tree -o out', writes: ['out'] },
  { script: 'ls > a | tee b', writes: ['a', 'b'] },
])('a match says what $script writes', async ({ script, writes }) => {
  const answer = await checkScript(script, broad)
  expect(answer.answer).toBe('match')
  expect(answer.writes.toSorted()).toEqual(expect.arrayContaining(writes))
})
