import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { PolicyRule } from '../../plugin-api/index.ts'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'

const ruleOf = (name: string, decision: PolicyRule['decision']): PolicyRule => ({
  ...{ pattern: [name], decision, match: [], not_match: [] },
})
const policy = createExecPolicy([
  {
    ...{ kind: 'policy', id: 'p', shadows: [] },
    value: {
      ...{ id: 'p', description: '', ruleLines: [1] },
      rules: [...['ls', 'cat', 'echo', 'x'].map((name) => ruleOf(name, 'allow')), ruleOf('hit', 'forbidden')],
    },
    origin: { layer: 'user', file: '/p.rules', trusted: true },
  },
])

const parsesInBash = (script: string) => spawnSync('bash', ['-n', '-c', script]).status === 0

test.each([
  'ls (',
  'ls (a',
  'ls \\\n (a',
  'x & ls(a',
  'ls @(a|b)',
  'ls !(a)',
  "ls *(e:'hit x':)",
  'cat > *(y)',
  'for i in +(a); do ls; done',
  'case x in @(a|b)) ls;; esac',
  'cat < =(hit x)',
  'ls > 2>&1 f',
  'cat <<< 2>&1',
  'time && ls',
  'if x; then ! fi',
  'cat << "E\nE\n',
  'for (i=0;i<1;i++)); do ls; done',
  'function< f { ls; }',
])('what a shell refuses counts as what is not known: %s', async (script) => {
  expect(parsesInBash(script)).toBe(false)
  expect((await checkScript(script, policy)).answer).toBe('forbidden')
})

// Bash looks into these when it runs them; `=hit` names a program in zsh.
test.each([
  'echo `ls (a`',
  'echo `x \\`ls (a\\``',
  'cat <<E\n$(ls (a)\nE',
  '=hit x',
  `ls $\{(e):-\\$(hit x)}`,
  `echo "$\{(%):-%$(hit x)}"`,
])(
  'what a shell refuses, or takes for something else, when it gets there counts as what is not known: %s',
  async (script) => {
    expect((await checkScript(script, policy)).answer).toBe('forbidden')
  },
)

test.each([
  'ls \\(',
  'ls "(" \'(\'',
  'ls "!(a)"',
  'f() { ls; }',
  'f ( ) { ls; }',
  'function f() { ls; }',
  'ls & (ls)',
  'ls <(cat)',
  'ls # (',
  'ls 2> f 2>&1',
  'ls 2>1',
  'time ls; ! ls',
  'for ((i=0;i<3;i++)); do ls; done',
  "cat << 'E'\nE\n",
  '[[ a == @(a|b) ]] && ls',
  'a=(1 2); ls',
])('what a shell takes is read: %s', async (script) => {
  expect(parsesInBash(script)).toBe(true)
  expect((await checkScript(script, policy)).answer).toBe('match')
})

test('a pattern is not certain where the script sets extglob', async () => {
  expect((await checkScript('shopt -s extglob\nls !(a)', policy)).answer).toBe('unverified')
})
