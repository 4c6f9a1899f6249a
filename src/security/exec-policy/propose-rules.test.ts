import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesPattern } from '../../definitions/matches-pattern.ts'
import { policyKind } from '../../definitions/parse-policy.ts'
import { splitWords } from '../../definitions/split-words.ts'
import { programNames } from './programs/find-program.ts'
import { proposeRules } from './propose-rules.ts'
import { runsWhatItIsGiven } from './runs-what-it-is-given.ts'

const shown = (line: string) =>
  Object.fromEntries(proposeRules(splitWords(line) ?? []).map(({ form, rule }) => [form, rule.pattern]))

test.each([
  ['git push origin main', { exact: ['git', 'push', 'origin', 'main'], prefix: ['git', 'push'] }],
  ['git push', { exact: ['git', 'push'] }],
  [
    'git reset --hard HEAD~1',
    { exact: ['git', 'reset', '--hard', 'HEAD~1'], prefix: ['git', 'reset', '--hard'], family: ['git', 'reset'] },
  ],
  ['git stash drop 2', { exact: ['git', 'stash', 'drop', '2'], prefix: ['git', 'stash', 'drop'] }],
  ['npm publish', { exact: ['npm', 'publish'], family: [['npm', 'pnpm', 'yarn'], ['publish']] }],
  [
    'npm run build',
    {
      exact: ['npm', 'run', 'build'],
      family: [
        ['npm', 'pnpm', 'yarn'],
        ['run', 'run-script'],
      ],
    },
  ],
  ['ls -la src', { exact: ['ls', '-la', 'src'], prefix: ['ls', '-la'], family: ['ls'] }],
  ['rm -rf build', { exact: ['rm', '-rf', 'build'], prefix: ['rm', '-rf'], family: ['rm'] }],
  ['docker ps -a', { exact: ['docker', 'ps', '-a'], family: ['docker', 'ps'] }],
  ['kubectl get pods', { exact: ['kubectl', 'get', 'pods'], prefix: ['kubectl', 'get'] }],
  ['deploy prod', { exact: ['deploy', 'prod'], prefix: ['deploy'] }],
])('what is proposed for %s', (line, expected) => {
  expect(shown(line)).toEqual(expected)
})

test.each([
  'bash -c "rm x"',
  '/usr/bin/python3.12 tool.py',
  'env A=b git push',
  'ssh host ls',
  'docker run alpine',
  'docker compose exec db psql',
  'docker plugin-of-mine x',
  'kubectl -n x exec pod -- ls',
  'npm exec thing',
  'git rebase -x make',
  'xargs rm',
  "sqlite3 x.db 'select 1'",
  '. ./s',
  'ed f',
  'gdb -q',
  'expect x',
  'nvim f',
  'psql -c x',
  'gdb --args prog x',
  'ssh-agent prog x',
  'gcc -wrapper prog,x x.c',
  "sed -n '1p' f",
  'conda run -n e prog',
  'aws-vault exec p -- prog',
  'uv --directory d run prog',
  'git config user.name x',
  'go run ./cmd',
  'make --eval=x all',
  "tar -I 'prog x' -cf x y",
])('more words behind %s could be any code: nothing is proposed', (line) => {
  expect(shown(line)).toEqual({})
})

test('where an option stands before the subcommand the words as they are are proposed', () => {
  expect(Object.keys(shown('git -C elsewhere push'))).toEqual(['exact'])
})

test('no rule that is proposed matches what runs whatever it is given, with other words behind', () => {
  const givens = programNames().filter((name) => runsWhatItIsGiven([name]))
  expect(givens.length).toBeGreaterThan(200)
  const word = fc.oneof(
    fc.constantFrom('-q', '-c', 'f', 'run', 'exec', '--', '-ex', '--eval=x', 'config', 'x.db', 'A=1', '-C', 'd'),
    fc.string({ minLength: 1, maxLength: 4 }),
  )
  const behind = fc.array(word, { maxLength: 4 })
  for (const name of givens) expect(proposeRules([name, '-q'])).toEqual([])
  fc.assert(
    fc.property(fc.constantFrom(...programNames()), behind, behind, (name, given, more) => {
      const isGiven = runsWhatItIsGiven([name, ...given])
      const rules = proposeRules([name, ...given]).map(({ rule }) => rule.pattern)
      expect(rules.filter((pattern) => isGiven && matchesPattern(pattern, [name, ...given, ...more]))).toEqual([])
      const choices = rules.flatMap(([first = [], ...others]) =>
        [first].flat().map((program) => [program, ...others.map((each) => [each].flat()[0] ?? '')]),
      )
      expect(choices.filter(runsWhatItIsGiven)).toEqual([])
    }),
    { numRuns: 1000 },
  )
})

test.each(['make', 'gmake', 'sqlite3', 'bash', 'python3', 'git', 'npm', 'env', '/usr/bin/make'])(
  'the name of %s alone would allow all that it can run: nothing is proposed',
  (line) => expect(shown(line)).toEqual({}),
)

test('of make a target is proposed, and never every target', () => {
  expect(shown('make test V=1')).toEqual({ exact: ['make', 'test', 'V=1'], prefix: ['make', 'test'] })
  expect(shown('make V=1 test')).toEqual({ exact: ['make', 'V=1', 'test'] })
  expect(shown('make -C d test')).toEqual({ exact: ['make', '-C', 'd', 'test'] })
})

test('a command of which more is not known is never proposed as a whole', () => {
  expect(proposeRules(['git', 'push', '…']).map(({ form, matches }) => [form, matches])).toEqual([
    ['prefix', ['git push …']],
  ])
  expect(proposeRules(['…'])).toEqual([])
  expect(proposeRules(['bash', '…'])).toEqual([])
})

test('nothing is proposed that would match nothing, and stop every thread from the file', () => {
  for (const words of [
    ['', 'x'],
    ['my program', 'x'],
    ['A=1', 'x'],
    ['x*', 'y'],
  ])
    expect(proposeRules(words)).toEqual([])
  expect(proposeRules(['/my dir/program'])).not.toEqual([])
})

test('the preview has the command first, then each line that the rule begins', () => {
  const [exact, family] = proposeRules(['npm', 'publish'])
  expect(exact?.matches).toEqual(['npm publish', 'npm publish …'])
  expect(family?.matches).toEqual(['npm publish', 'npm publish …', 'pnpm publish …', 'yarn publish …'])
})

const words = fc.array(
  fc.oneof(
    fc.constantFrom(
      'git',
      'npm',
      'run',
      'push',
      'rm',
      '-rf',
      '--hard',
      'cargo',
      'test',
      'make',
      'status',
      'bash',
      '-c',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }),
  ),
  { minLength: 1, maxLength: 5 },
)

test('each proposal covers its command, reads back from its text, and matches nothing that the preview hides', () => {
  fc.assert(
    fc.property(words, words, (command, other) => {
      fc.pre(!command.includes('…') && !other.includes('…'))
      for (const { rule, text, matches } of proposeRules(command)) {
        expect(matchesPattern(rule.pattern, command)).toBe(true)
        expect(policyKind.parse({ file: 'x.rules', text })).toMatchObject([
          { value: { rules: [rule] }, diagnostics: [] },
        ])
        const isShown = matches.some((line) => {
          const isOpen = line.endsWith(' …')
          const prefix = splitWords(isOpen ? line.slice(0, -2) : line) ?? []
          return prefix.every((word, at) => other[at] === word) && (isOpen || prefix.length === other.length)
        })
        expect(isShown).toBe(matchesPattern(rule.pattern, other))
      }
    }),
  )
})
