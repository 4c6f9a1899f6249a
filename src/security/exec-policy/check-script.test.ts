import { expect, test } from 'vitest'
import type { Definition, PolicyDefinition, PolicyRule } from '../../plugin-api/index.ts'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'
import { readScript } from './read-script.ts'

const allowed = 'git status|git log|git diff|ls|cat|grep|echo|head|wc|find|sed -n|git grep'.split('|')
const forbidden = ['rm -rf', 'rm -fr', 'rm -r', 'rm -Rf', 'rm --recursive']

function rule(pattern: PolicyRule['pattern'], decision: PolicyRule['decision'], justification?: string): PolicyRule {
  return { pattern, decision, match: [], not_match: [], ...(justification === undefined ? {} : { justification }) }
}

function policy(rules: readonly PolicyRule[], trusted = true): Definition<PolicyDefinition> {
  const ruleLines = rules.map((_, index) => 10 + index)
  return {
    kind: 'policy',
    id: 'strict',
    value: { id: 'strict', description: '', rules: [...rules], ruleLines },
    origin: { layer: 'user', file: '/home/strict.rules', trusted },
    shadows: [],
  }
}

const strict = createExecPolicy([
  policy([
    ...allowed.map((words) => rule(words.split(' '), 'allow')),
    ...forbidden.map((words) => rule(words.split(' '), 'forbidden', 'it removes for good')),
  ]),
])

/** Ways to run `rm -rf victim` past a list of words. */
const escapes: readonly string[] = [
  'git status; rm -rf victim',
  'git status && rm -rf victim',
  'git status | rm -rf victim',
  'git status & rm -rf victim',
  'git status\nrm -rf victim',
  'echo $(rm -rf victim)',
  'echo `rm -rf victim`',
  'cat <(rm -rf victim)',
  'echo "$(rm -rf victim)"',
  'bash -c "rm -rf victim"',
  'sh -ec "rm -rf victim"',
  'env rm -rf victim',
  'env -i X=1 rm -rf victim',
  'env -S "rm -rf victim"',
  'echo victim | xargs rm -rf',
  'echo victim | xargs -I{} rm -rf {}',
  'find victim -delete',
  'find . -name victim -exec rm -rf {} +',
  'echo cm0gLXJmIHZpY3RpbQ== | base64 -d | sh',
  'bash <<< "rm -rf victim"',
  'bash <<EOF\nrm -rf victim\nEOF',
  "r''m -r''f victim",
  '"rm" -rf victim',
  'r\\m -rf victim',
  "$'\\x72m' -rf victim",
  '/bin/rm -rf victim',
  '../../bin/rm -rf victim',
  'x=rm; $x -rf victim',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: shell text
  '${x:-rm} -rf victim',
  '{rm,-rf,victim}',
  'eval "rm -rf victim"',
  'eval rm -rf victim',
  'command rm -rf victim',
  'builtin command rm -rf victim',
  'exec rm -rf victim',
  'sudo -n rm -rf victim || rm -rf victim',
  'sudo --strange rm -rf victim',
  'nice -n 5 rm -rf victim',
  'nohup rm -rf victim',
  'timeout 5 rm -rf victim',
  'timeout -k 1 5 rm -rf victim',
  'time rm -rf victim',
  '! rm -rf victim',
  'shopt -s expand_aliases; alias ls="rm -rf victim"\nls',
  'trap "rm -rf victim" EXIT',
  'for f in victim; do rm -rf $f; done',
  'while true; do rm -rf victim; done',
  'if true; then rm -rf victim; fi',
  'case x in x) rm -rf victim;; esac',
  '(rm -rf victim)',
  '{ rm -rf victim; }',
  'f() { rm -rf victim; }; f',
  'rm -r -f victim; rm --recursive --force victim; rm -Rf victim',
  'rm $OPTIONS victim',
  'git -c core.fsmonitor="rm -rf victim; false" status',
  'git --exec-path=/tmp/evil status',
  'GIT_EXTERNAL_DIFF="sh -c \'rm -rf victim\'" git diff --ext-diff',
  'export GIT_PAGER="rm -rf victim"; git log',
  'PATH=./evilbin:$PATH; ls',
  'PATH=./evilbin ls',
  './evilbin/ls',
  '/repo/evilbin/ls',
  'git grep -O"rm -rf victim;true" hello',
  'BASH_ENV=./evil.sh bash -c true',
  "sed -n '1e rm -rf victim' a.txt",
  "sed -n 's/a/rm -rf victim/e' a.txt",
  "sed -n 'w out.txt' a.txt",
  '. ./evil.sh',
  'source evil.sh',
  'bash evil.sh',
  'python3 -c "import shutil;shutil.rmtree(\'victim\')"',
  'coproc rm -rf victim; wait',
  'echo "unclosed',
  'echo $((`rm -rf victim`))',
  '[[ -n $(rm -rf victim) ]]',
  "test -v 'a[$(rm -rf victim)]'",
  'cat <<EOF\n$(rm -rf victim)\nEOF',
  'echo > >(rm -rf victim)',
  'watch -n 1 rm -rf victim',
  'stdbuf -oL rm -rf victim',
  'setsid rm -rf victim',
  'parallel rm -rf ::: victim',
  'ls() { command rm -rf victim; }; ls',
  'echo victim | xargs bash -c',
  'if x; then rm -rf victim; else ls; fi',
  'unshare -Ur rm -rf victim',
  'su root -c "rm -rf victim"',
  'flock lock rm -rf victim',
]

test.each(escapes)('no allow rule lets this pass: %s', async (script) => {
  const { answer } = await checkScript(script, strict)
  expect(['forbidden', 'prompt', 'unverified']).toContain(answer)
})

const visible = escapes.filter(
  (script) =>
    /(?:^|[^"'=]|\$\()\brm -rf victim/.test(script) && !/python3|core\.fsmonitor|-O"|sed|PAGER|EXTERNAL/.test(script),
)

test.each(visible)('a forbid rule reaches this: %s', async (script) => {
  const { answer, rule, file, line, justification } = await checkScript(script, strict)
  expect({ answer, file, justification }).toEqual({
    answer: 'forbidden',
    file: '/home/strict.rules',
    justification: 'it removes for good',
  })
  expect(rule).toMatch(/^forbidden rm/)
  expect(line).toBeGreaterThanOrEqual(10)
})

test.each([
  'git status && ls',
  'echo "rm -rf victim"',
  'cat a.txt | grep hello | wc -l',
  'git diff --stat && git status --short',
  'ls -la *.ts',
  'LC_ALL=C ls',
  'for f in a b; do cat "$f"; done',
  "sed -n '1,5p' a.txt",
  'timeout 5 git status',
  "bash -c 'git status && ls'",
  'find . -name "*.ts" | xargs cat',
  '/usr/bin/git status',
  'cat <<< hello',
  'git --no-pager log --oneline',
])('an ordinary command that rules allow matches: %s', async (script) => {
  expect((await checkScript(script, strict)).answer).toBe('match')
})

test('builtins without effect are safe, and a redirection makes a match of them', async () => {
  expect(await checkScript('true; cd src && test -f a', strict)).toMatchObject({ answer: 'safe', writes: [] })
  const nothing = createExecPolicy([])
  expect(await checkScript('echo hello > out.txt 2>> log.txt', nothing)).toMatchObject({
    answer: 'match',
    writes: ['out.txt', 'log.txt'],
  })
})

test('what no rule knows is unverified, and says so', async () => {
  expect(await checkScript('make all', strict)).toMatchObject({ answer: 'unverified', rule: 'no rule for make' })
})

test('an unknown expansion counts as a rule that it could reach, and only then', async () => {
  const pushes = createExecPolicy([policy([rule(['git'], 'allow'), rule(['git', 'push'], 'prompt')])])
  expect((await checkScript('git $x', pushes)).answer).toBe('prompt')
  expect((await checkScript('$x', pushes)).answer).toBe('prompt')
  expect((await checkScript('git log $x', pushes)).answer).toBe('unverified') // it could be --output=file
  expect((await checkScript('git log -- $x; git rev-parse $x', pushes)).answer).toBe('match')
  expect((await checkScript('git -C /elsewhere push', pushes)).answer).toBe('prompt')
  expect((await checkScript('$x', createExecPolicy([]))).answer).toBe('unverified')
})

test('alternatives of a pattern match at any place', async () => {
  const alternatives = createExecPolicy([
    policy([
      rule(
        [
          ['npm', 'yarn'],
          ['publish', 'unpublish'],
        ],
        'forbidden',
      ),
    ]),
  ])
  for (const script of ['npm publish', 'yarn unpublish x', 'npm $x', '/opt/bin/npm publish']) {
    expect((await checkScript(script, alternatives)).answer).toBe('forbidden')
  }
  expect((await checkScript('npm test', alternatives)).answer).toBe('unverified')
})

test('an untrusted repository can forbid and cannot allow', async () => {
  const untrusted = createExecPolicy([policy([rule(['make'], 'allow'), rule(['ls'], 'forbidden')], false)])
  expect((await checkScript('make', untrusted)).answer).toBe('unverified')
  expect((await checkScript('ls', untrusted)).answer).toBe('forbidden')
})

test('a reading names the files that are written, and where names stop being relative', async () => {
  const reading = await readScript('cd sub && sort < in.txt >| "out 1" 2>&1 | tee -a copy.txt &> all.txt')
  expect(reading.writes.toSorted()).toEqual(['all.txt', 'copy.txt', 'out 1'])
  expect(reading.reads).toEqual(['in.txt'])
  expect(reading.changesDirectory).toBe(true)
  expect((await readScript('echo x > $f')).unknownFiles).toEqual(['the file $f is not known before it runs'])
})

test('each command of a line has its own answer, with its rule, its files and what of it is not known', async () => {
  const { commands, unsure } = await checkScript('ls > list && timeout 5 rm -rf $x; PATH=. make < in', strict)
  expect(commands).toEqual([
    {
      ...{ answer: 'match', rule: 'allow ls', file: '/home/strict.rules', line: 13 },
      ...{ words: ['ls'], reads: [], writes: ['list'] },
    },
    {
      ...{ answer: 'forbidden', rule: 'forbidden rm -rf', file: '/home/strict.rules', line: 22 },
      ...{ justification: 'it removes for good', words: ['rm', '-rf', '…'], reads: [], writes: [], unknown: '$x' },
    },
    { answer: 'unverified', rule: 'no rule for make', words: ['make'], reads: ['in'], writes: [] },
  ])
  expect(unsure).toEqual(['it sets PATH'])
})

const closed = createExecPolicy([policy([rule(['ls'], 'allow'), rule(['make'], 'prompt')])], { unruled: 'forbidden' })

test.each([
  { script: 'ls && ls -a', answer: 'match' },
  { script: 'env bash -c "ls; ls"', answer: 'match' },
  { script: 'make', answer: 'prompt' },
  { script: 'make; touch x', answer: 'forbidden' },
  { script: 'true', answer: 'forbidden' },
  { script: '> x', answer: 'forbidden' },
  { script: 'PATH=. ls', answer: 'forbidden' },
  { script: 'ls $(touch x)', answer: 'forbidden' },
])('where only rules allow, $script is answered with $answer', async ({ script, answer }) => {
  expect(await checkScript(script, closed)).toMatchObject({ answer, file: '/home/strict.rules' })
})
